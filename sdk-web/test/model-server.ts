import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { SyncRequest } from "@muster/rules/wire";
import type { ModelEdge } from "./model-edge.ts";

/** A model edge behind a real port, for pages of any origin. */
export interface ModelServer {
  readonly url: string;
  /** Who answers. */
  edge: ModelEdge | undefined;
  /** Whether connections break instead. */
  isDown: boolean;
  /** The bytes of each request's body. */
  sizes: number[];
  close(): void;
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

export async function serveModel(): Promise<ModelServer> {
  const server = createServer(async (request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "authorization, content-type");
    if (request.method === "OPTIONS") return response.end();
    // It pushes nothing.
    if (request.method !== "POST") return response.writeHead(404).end();
    const text = await read(request);
    model.sizes.push(text.length);
    const { edge, isDown } = model;
    if (isDown || !edge) return response.destroy();
    const body: SyncRequest = JSON.parse(text);
    edge.requests.push(body);
    response.setHeader("content-type", "application/json");
    return response.end(JSON.stringify(edge.sync(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no address");
  const url = `http://127.0.0.1:${address.port}`;
  const model: ModelServer = { url, edge: undefined, isDown: false, sizes: [], close: () => server.close() };
  return model;
}
