import { evaluate as evaluateUser, explain } from "@muster/rules";
import { type EvaluateResponse, evaluateRequest, evaluateResponse } from "@muster/rules/wire";
import { answer, selfGuarded } from "../http/route.ts";
import { findUser } from "../profiles/find-user.ts";

const kinds = ["secret", "admin"] as const;

/** For servers: one user's memberships at now, or at an instant before. */
export const evaluate = selfGuarded(
  {
    method: "post",
    path: "/v1/evaluate",
    summary: "The memberships of one user at now, with until and, asked for, why; nothing is written",
    kinds,
    body: evaluateRequest,
    answer: { status: 200, description: "The memberships by segment", schema: evaluateResponse },
  },
  async ({ edge }, body, bearer) => {
    const { traits, at, explain: whole } = body;
    const question = { ids: body, guard: { bearer, kinds }, traits, at, whole };
    const { now, definitions, known, as } = await findUser(edge, question);
    // The segments that decisions became are nobody's unless named.
    const { plan } = body.segments === undefined ? definitions : definitions.server;
    const user = as(plan);
    const memberships = Object.fromEntries(
      [...evaluateUser(plan, user, now, body.segments)].map(([key, membership]) => {
        const explanation = whole === true ? explain(plan, key, user, now) : undefined;
        return [key, explanation === undefined ? membership : { ...membership, explanation }];
      }),
    );
    const response: EvaluateResponse = {
      now,
      version: definitions.server.version,
      known,
      memberships,
    };
    return answer(response);
  },
);
