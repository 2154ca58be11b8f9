import { z } from "zod";
import type { Route } from "../http/route.ts";
import { answer } from "../http/route.ts";
import { documentOf } from "../openapi.ts";

export const health: Route = {
  method: "get",
  path: "/health",
  summary: "Whether the Worker reaches its database",
  kinds: [],
  answer: { status: 200, description: "It does", schema: z.object({ ok: z.literal(true) }) },
  async run({ edge }) {
    await edge.db.prepare("select version from workspace").first();
    return answer({ ok: true });
  },
};

/** The description of these routes and of itself. */
export function openapi(routes: readonly Route[]): Route {
  const self: Route = {
    method: "get",
    path: "/openapi.json",
    summary: "This document",
    kinds: [],
    answer: { status: 200, description: "OpenAPI 3.1", schema: z.record(z.string(), z.unknown()) },
    async run() {
      return Response.json(documentOf([...routes, self]), {
        headers: { "cache-control": "public, max-age=300" },
      });
    },
  };
  return self;
}
