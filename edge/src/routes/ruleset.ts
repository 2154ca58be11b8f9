import { type RulesetResponse, rulesetResponse } from "@muster/rules/wire";
import { currentDefinitions } from "../definitions/current.ts";
import { isKnown } from "../http/etag.ts";
import { answer, guarded } from "../http/route.ts";

/** For servers: the definitions, to evaluate with. */
export const ruleset = guarded(
  {
    method: "get",
    path: "/v1/ruleset",
    summary: "The linked definitions; with If-None-Match 304 while they are the same",
    kinds: ["secret", "admin"],
    etag: true,
    answer: {
      status: 200,
      description: "The program, the decisions and their version, which is also the ETag",
      schema: rulesetResponse,
    },
  },
  async ({ edge, request }) => {
    const { version, program, table: decisions } = (await currentDefinitions(edge)).server;
    const etag = `"${version}"`;
    const headers = { etag, "cache-control": "private, no-cache" };
    if (isKnown(request, etag)) return new Response(null, { status: 304, headers });
    const response: RulesetResponse = { version, program, decisions };
    return answer(response, 200, headers);
  },
);
