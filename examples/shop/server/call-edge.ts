import type { Edge } from "@muster/edge/dev";

/** How an answer is read; a zod schema is one. */
interface Reader<T> {
  parse(json: unknown): T;
}

/** Calls the edge's own HTTP interface with its admin key; undefined where there is no such thing (404). */
export async function callEdge<T>(
  { url, adminKey }: Pick<Edge, "url" | "adminKey">,
  reader: Reader<T>,
  path: string,
  body?: unknown,
  method = body === undefined ? "GET" : "POST",
): Promise<T | undefined> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return reader.parse(await response.json());
}
