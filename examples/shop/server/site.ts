import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { PageFile } from "./build-page.ts";

/** What the shop's server works with. */
export interface Site {
  files: ReadonlyMap<string, PageFile>;
  /** Where the edge is. */
  endpoint: string;
  /** Stays in this process; no browser sees it. */
  secretKey: string;
}

const WHO = ["userId", "anonymousId"];
const PAGES = /^\/(?:cart|checkout|thanks|lamps\/[a-z]+)$/;
const LOCAL = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;

/** Serves the page under a policy that allows its own files and the edge, nothing else. */
export function createSite(site: Site): Server {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${site.endpoint}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

  return createServer((request, response) => {
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "same-origin");
    response.setHeader("Cache-Control", "no-cache");
    answer(site, request, response).catch((error: unknown) => {
      console.error(error);
      send(response, 502, { type: "text/plain; charset=utf-8", body: "The edge did not answer.\n" });
    });
  });
}

async function answer(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refuse = (status: number, body: string): void =>
    send(response, status, { type: "text/plain; charset=utf-8", body: `${body}\n` });
  // A foreign name that leads to this machine (DNS rebinding) must not read what the edge says.
  if (!LOCAL.test(request.headers.host ?? "")) return refuse(403, "This shop is for this machine only.");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "Only GET and HEAD.");
  const url = new URL(request.url ?? "/", "http://shop");
  if (url.pathname === "/edge") {
    const visitor = Object.fromEntries(
      WHO.flatMap((name) => url.searchParams.getAll(name).map((id) => [name, id])),
    );
    if (Object.keys(visitor).length === 0) return refuse(400, "Who? ?userId= or ?anonymousId= says so.");
    return send(response, 200, await askEdge(site, visitor));
  }
  const file = site.files.get(PAGES.test(url.pathname) ? "/" : url.pathname);
  if (!file) return refuse(404, "There is no such page. The shop is at /.");
  send(response, 200, file);
}

/**
 * What the edge says of a visitor, asked with the secret key. The page names the visitor, so that the demo can
 * show any; a real shop takes the user from its session.
 */
async function askEdge({ endpoint, secretKey }: Site, visitor: Record<string, string>): Promise<PageFile> {
  const answer = await fetch(`${endpoint}/v1/evaluate`, {
    method: "POST",
    headers: { authorization: `Bearer ${secretKey}`, "content-type": "application/json" },
    body: JSON.stringify(visitor),
  });
  if (!answer.ok) throw new Error(`the edge answered ${answer.status}: ${await answer.text()}`);
  return { type: "application/json", body: await answer.text() };
}

function send(response: ServerResponse, status: number, { type, body }: PageFile): void {
  response.writeHead(status, { "Content-Type": type }).end(body);
}
