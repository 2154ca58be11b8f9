import { type Bootstrap, bootstrapRequest, bootstrapResponse } from "@muster/rules/wire";
import { answer, selfGuarded } from "../http/route.ts";
import { evaluateForBrowser } from "../memberships/settle.ts";
import { findUser } from "../profiles/find-user.ts";
import { snapshotOf } from "../profiles/snapshot.ts";

const kinds = ["secret", "admin"] as const;

/** For servers that make pages: what a browser decides by, before any request of its own. */
export const bootstrap = selfGuarded(
  {
    method: "post",
    path: "/v1/bootstrap",
    summary: "What a page needs in its HTML to decide for one user at once; nothing is written",
    kinds,
    body: bootstrapRequest,
    answer: {
      status: 200,
      description: "Definitions, snapshot and memberships as a sync would give them",
      schema: bootstrapResponse,
    },
  },
  async ({ edge }, body, bearer) => {
    const { now, definitions, profile } = await findUser(edge, { ids: body, guard: { bearer, kinds } });
    const { version, program, table: decisions } = definitions.browser;
    const { userId = null, anonymousId = null } = body;
    const response: Bootstrap = {
      now,
      userId,
      anonymousId,
      ruleset: { version, program, decisions },
      snapshot: snapshotOf(profile, definitions, now),
      memberships: evaluateForBrowser(profile, definitions, now),
    };
    return answer(response);
  },
);
