import { type SyncResponse, syncRequest, syncResponse } from "@muster/rules/wire";
import { answer, selfGuarded } from "../http/route.ts";
import { readIdentityToken } from "../identity/reach.ts";
import { ingest } from "../ingest/ingest.ts";
import { type Place, placeOf, placeWrite } from "../ingest/place.ts";
import { evaluateForBrowser } from "../memberships/settle.ts";
import type { Profile } from "../profiles/profile.ts";
import { identitiesOf, identityOf } from "../profiles/scope.ts";
import { cursorOf, snapshotOf } from "../profiles/snapshot.ts";
import type { WorkingSet } from "../profiles/working-set.ts";

interface Subject {
  anonymousId: string;
  userId: string | null;
}

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
    const profile = set.find(identityOf(subject)) ?? imagineAt(set, subject, place, now);
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

/** Someone who has done nothing yet is answered for, and not kept. */
function imagineAt(set: WorkingSet, subject: Subject, place: Place, now: number): Profile {
  const profile = set.imagine(subject);
  const write = placeWrite(profile.traits, place, now);
  if (write !== null) profile.fold([write]);
  return profile;
}
