import { evaluate as evaluateUser, explain } from "@muster/rules";
import { type EvaluateResponse, evaluateRequest, evaluateResponse } from "@muster/rules/wire";
import { retryConflicts } from "../db/conflict.ts";
import { answer, selfGuarded } from "../http/route.ts";
import { userOf } from "../memberships/settle.ts";
import { Problem } from "../problem.ts";
import { historyAt } from "../profiles/history-at.ts";
import { readState } from "../profiles/read-state.ts";
import { identitiesOf, identityOf, scopeOfIdentities } from "../profiles/scope.ts";
import { WorkingSet } from "../profiles/working-set.ts";

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
    const scope = scopeOfIdentities(identitiesOf(body));
    const { now, definitions, plan, found, user } = await retryConflicts(edge.runtime, async () => {
      const state = await readState(edge, { scope, guard: { bearer, kinds } });
      const current = edge.runtime.now();
      const { at: now = current, explain: whole = false } = body;
      if (now > current)
        throw new Problem("invalid-body", "Ask for now or an instant before.", { path: "/at" });
      const { definitions } = state;
      // The segments that decisions became are nobody's unless named.
      const plan = body.segments === undefined ? definitions.plan : definitions.server.plan;
      const set = new WorkingSet(state, edge.runtime, current);
      const found = set.find(identityOf(body));
      if (found !== undefined && (whole || now < found.history.since))
        found.history = await historyAt(edge.db, found, definitions, now, whole);
      const user = userOf(found ?? set.imagine(body), definitions, plan);
      return { now, definitions, plan, found, user };
    });
    const asked = { ...user, traits: { ...user.traits, ...body.traits } };
    const memberships = Object.fromEntries(
      [...evaluateUser(plan, asked, now, body.segments)].map(([key, membership]) => {
        const explanation = body.explain === true ? explain(plan, key, asked, now) : undefined;
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
