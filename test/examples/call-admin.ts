import type { LocalEdge } from "../../examples/shop/server/local-edge.ts";

/** Calls the edge as its admin does. */
export async function callAdmin<Body>(
  { edge, keys }: Pick<LocalEdge, "edge" | "keys">,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const response = await fetch(edge.url + path, {
    method,
    headers: { authorization: `Bearer ${keys.admin}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}
