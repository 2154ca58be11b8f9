import { evaluate as evaluateUser, explain } from "@muster/rules";
import { type EvaluateResponse, evaluateRequest, evaluateResponse } from "@muster/rules/wire";
import { answer, selfGuarded } from "../http/route.ts";
import { admit } from "../keys/bearer.ts";
import { userOf } from "../memberships/settle.ts";
import { readState } from "../profiles/read-state.ts";
import { identitiesOf, identityOf, scopeOfIdentities } from "../profiles/scope.ts";
import { WorkingSet } from "../profiles/working-set.ts";

/** For servers: one user's memberships at now. */
export const evaluate = selfGuarded(
  {
    method: "post",
    path: "/v1/evaluate",
    summary: "The memberships of one user at now, with until and, asked for, why; nothing is written",
    kinds: ["secret", "admin"],
    body: evaluateRequest,
    answer: { status: 200, description: "The memberships by segment", schema: evaluateResponse },
  },
  async ({ edge }, body, bearer) => {
    const state = await readState(edge, { scope: scopeOfIdentities(identitiesOf(body)), bearer });
    admit(bearer, state.key, ["secret", "admin"]);
    const now = edge.runtime.now();
    const { definitions } = state;
    const set = new WorkingSet(state, edge.runtime, now);
    const found = set.find(identityOf(body));
    const { userId = null, anonymousId = null } = body;
    const stored = userOf(found ?? set.imagine({ userId, anonymousId }), definitions);
    const user = { ...stored, traits: { ...stored.traits, ...body.traits } };
    const memberships = Object.fromEntries(
      [...evaluateUser(definitions.plan, user, now, body.segments)].map(([key, membership]) => {
        const explanation = body.explain === true ? explain(definitions.plan, key, user, now) : undefined;
        return [key, explanation === undefined ? membership : { ...membership, explanation }];
      }),
    );
    const response: EvaluateResponse = {
      now,
      version: definitions.server.version,
      known: found !== undefined,
      memberships,
    };
    return answer(response);
  },
);
