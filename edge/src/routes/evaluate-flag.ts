import { exposureOf } from "@muster/rules/decide";
import { limited } from "../http/limited.ts";
import { answer, selfGuarded } from "../http/route.ts";
import { ingest } from "../ingest/ingest.ts";
import { evaluationRequest } from "../ofrep/context.ts";
import { decideFor, kinds } from "../ofrep/decide-for.ts";
import { evaluation, evaluationOf } from "../ofrep/evaluation.ts";
import { failureOfOne } from "../ofrep/failure.ts";
import { Problem } from "../problem.ts";

/** For OpenFeature's clients on servers, which ask each time that they use a flag: so who asks has seen it. */
export const evaluateFlag = limited(
  selfGuarded(
    {
      method: "post",
      path: "/ofrep/v1/evaluate/flags/{key}",
      rest: true,
      summary:
        "One flag for one user, as OFREP says it; for a server's key this is a use, and exposes the user",
      kinds,
      cors: true,
      identity: true,
      body: evaluationRequest,
      answer: { status: 200, description: "The flag", schema: evaluation },
      failure: failureOfOne,
    },
    async (call, body, bearer) => {
      const key = call.param("key");
      const { ids, now, isPublic, decider } = await decideFor(call, body, bearer);
      const decision = decider.flag(key);
      const evaluated = evaluationOf(decision);
      if (evaluated === undefined)
        throw new Problem("flag-not-found", `No flag is called ${JSON.stringify(key)}.`);
      const exposure = isPublic ? undefined : exposureOf(decision);
      if (exposure !== undefined) {
        const { userId, anonymousId } = ids;
        const owner = { ...(userId != null && { userId }), ...(anonymousId != null && { anonymousId }) };
        const operations = [{ type: "track", ts: now, ...exposure, ...owner }];
        call.defer(ingest(call.edge, { operations, guard: { bearer, kinds } }));
      }
      return answer(evaluated);
    },
  ),
);
