import { z } from "zod";
import { isKnown } from "../http/etag.ts";
import { limited } from "../http/limited.ts";
import { answer, selfGuarded } from "../http/route.ts";
import { readKey } from "../keys/bearer.ts";
import { evaluationRequest } from "../ofrep/context.ts";
import { decideFor, kinds } from "../ofrep/decide-for.ts";
import { evaluation, evaluationOf } from "../ofrep/evaluation.ts";
import { failureOfAll } from "../ofrep/failure.ts";
import { sha256, toHex } from "../sha256.ts";

const evaluations = z.object({
  flags: z.array(evaluation),
  /** Where a page hears of changes. */
  eventStreams: z
    .array(z.object({ type: z.literal("sse"), endpoint: z.object({ requestUri: z.string() }) }))
    .optional(),
});

/** For OpenFeature's clients in pages and apps, which evaluate all flags at once and use some of them later. */
export const evaluateFlags = limited(
  selfGuarded(
    {
      method: "post",
      path: "/ofrep/v1/evaluate/flags",
      summary: "All flags for one user, as OFREP says it; exposes nobody",
      kinds,
      cors: true,
      identity: true,
      etag: true,
      body: evaluationRequest,
      answer: { status: 200, description: "The flags", schema: evaluations },
      failure: failureOfAll,
    },
    async (call, body, bearer) => {
      const { request, env } = call;
      const { isPublic, table, decider } = await decideFor(call, body, bearer);
      const flags = Object.keys(table.flags).flatMap((key) => evaluationOf(decider.flag(key)) ?? []);
      const requestUri = `/v1/changes?for=ofrep&key=${encodeURIComponent(readKey(request))}`;
      const isPushed = isPublic && env.CHANGES !== undefined;
      const response: z.infer<typeof evaluations> = {
        flags,
        ...(isPushed && { eventStreams: [{ type: "sse" as const, endpoint: { requestUri } }] }),
      };
      // Of what is evaluated, and not of the definitions: with the same ones another context has another answer.
      const etag = `"${toHex(await sha256(JSON.stringify(response))).slice(0, 32)}"`;
      const headers = { etag, "cache-control": "private, no-cache" };
      if (isKnown(request, etag)) return new Response(null, { status: 304, headers });
      return answer(response, 200, headers);
    },
  ),
);
