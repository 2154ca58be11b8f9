import { createServer, type IncomingMessage, type Server } from "node:http";
import type { PageFile } from "./bundle.ts";

/** What is answered; left out, the status is 200. */
export interface Reply extends PageFile {
  status?: number;
}

export interface LocalServerOptions {
  /** Where the edge is: beside its own server the only thing that the page may connect to. */
  endpoint: string;
  /** The page's own policy of trusted types; left out, it has none. */
  trustedTypes?: string;
  answer(url: URL, request: IncomingMessage): Reply | Promise<Reply>;
}

const LOCAL = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;

export function plainText(status: number, text: string): Reply {
  return { status, type: "text/plain; charset=utf-8", body: `${text}\n` };
}

/** Serves a page of this machine under a policy that allows its own files and the edge, nothing else. */
export function createLocalServer({ endpoint, trustedTypes = "'none'", answer }: LocalServerOptions): Server {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${endpoint}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${trustedTypes}`,
  ].join("; ");

  const reply = (request: IncomingMessage): Reply | Promise<Reply> => {
    // A foreign name that leads to this machine (DNS rebinding) must not read what the edge says.
    if (!LOCAL.test(request.headers.host ?? "")) return plainText(403, "This page is for this machine only.");
    if (request.method !== "GET" && request.method !== "HEAD") return plainText(405, "Only GET and HEAD.");
    return answer(new URL(request.url ?? "/", "http://page"), request);
  };

  return createServer(async (request, response) => {
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "same-origin");
    response.setHeader("Cache-Control", "no-cache");
    const {
      status = 200,
      type,
      body,
    } = await Promise.resolve(request)
      .then(reply)
      .catch((error: unknown) => {
        console.error(error);
        return plainText(502, "The edge did not answer.");
      });
    response.writeHead(status, { "Content-Type": type }).end(body);
  });
}
