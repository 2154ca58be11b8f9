import { type SyncResponse, syncRequest, syncResponse } from "@muster/rules/wire";
import { answer, selfGuarded } from "../http/route.ts";
import { readIdentityToken } from "../identity/reach.ts";
import { ingest } from "../ingest/ingest.ts";
import { placeOf, placeWrite } from "../ingest/place.ts";
import { evaluateForBrowser } from "../memberships/settle.ts";
import { identitiesOf, identityOf } from "../profiles/scope.ts";
import { cursorOf, snapshotOf } from "../profiles/snapshot.ts";

/** For browsers: takes what is pending, gives what one user's decisions need. */
export const sync = selfGuarded(
  {
    method: "post",
    path: "/v1/sync",
    summary: "Hand in what a browser has pending; get definitions, the user's snapshot and memberships",
    kinds: ["publishable"],
    cors: true,
    identity: true,
    body: syncRequest,
    answer: {
      status: 200,
      description: "What became of each operation, and what is newer",
      schema: syncResponse,
    },
  },
  async ({ edge, request }, body, bearer) => {
    const { anonymousId, userId = null, ops: operations, waiting = [], clock, mismatches, cursor } = body;
    const subject = { anonymousId, userId };
    const place = placeOf(request.cf);
    const { now, acks, set } = await ingest(edge, {
      operations,
      guard: { bearer, kinds: ["publishable"], identityToken: readIdentityToken(request) },
      clock,
      subject: { identities: identitiesOf(subject), waiting },
      mismatches,
      amend(set, now) {
        const profile = set.find(identityOf(subject));
        const write = profile === undefined ? null : placeWrite(profile.traits, place, now);
        if (write !== null) profile?.addWrite(write);
      },
    });
    const { definitions } = set;
    const profile = set.find(identityOf(subject)) ?? set.imagine(subject, place);
    const { version, program, table: decisions } = definitions.browser;
    const isCurrent = body.ruleset === version;
    const current = cursorOf(profile);
    const hasSnapshot = isCurrent && cursor?.profile === current.profile && cursor.seq === current.seq;
    const response: SyncResponse = {
      now,
      acks,
      known: waiting.filter((id) => profile.known.has(id)),
      ruleset: isCurrent ? null : { version, program, decisions },
      snapshot: hasSnapshot ? null : snapshotOf(profile, definitions, now),
      memberships: evaluateForBrowser(profile, definitions, now),
    };
    return answer(response);
  },
);
