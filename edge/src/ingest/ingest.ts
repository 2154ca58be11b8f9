import { asHappened } from "@muster/rules/delivery";
import type { Acknowledgement } from "@muster/rules/wire";
import { retryConflicts } from "../db/conflict.ts";
import type { Edge } from "../edge.ts";
import { catchUp, isOutdated } from "../memberships/catch-up.ts";
import { countMismatches } from "../memberships/mismatches.ts";
import { type MembershipChange, settleRequest } from "../memberships/settle.ts";
import { askedOf, unionsOf } from "../profiles/asked.ts";
import { commit } from "../profiles/commit.ts";
import { type Guard, readState } from "../profiles/read-state.ts";
import { remakeHistories } from "../profiles/remake-histories.ts";
import { type Identity, identitiesOf, scopeOfIdentities } from "../profiles/scope.ts";
import { takeEvents } from "../profiles/take-events.ts";
import { WorkingSet } from "../profiles/working-set.ts";
import { acknowledge } from "./acknowledge.ts";
import { judge } from "./judge.ts";

export interface IngestRequest {
  operations: readonly unknown[];
  guard: Guard;
  /** What the clock showed that stamped the operations, where it may be wrong. */
  clock?: number | undefined;
  /** Who asks, although no operation may be theirs, and the ids of operations that they may have sent before. */
  subject?: { identities: readonly Identity[]; waiting: readonly string[] };
  /** Segments of which the browser's own answer was another than the edge's. */
  mismatches?: readonly string[] | undefined;
  /** Comes after the operations and before memberships are settled. */
  amend?(set: WorkingSet, now: number): void;
}

export interface Ingested {
  now: number;
  acks: Acknowledgement[];
  /** The users as they are now. */
  set: WorkingSet;
}

/**
 * Applies operations of any number of users: one read batch, one write batch, and both again when someone
 * else wrote to one of these users in between. Answers after the commit.
 */
export function ingest(edge: Edge, request: IngestRequest): Promise<Ingested> {
  const { db, runtime } = edge;
  const { guard, clock, subject = { identities: [], waiting: [] } } = request;
  const judged = judge(request.operations, clock === undefined ? 0 : runtime.now() - clock);
  const operations = judged.flatMap((entry) => ("operation" in entry ? [entry.operation] : []));
  const scope = scopeOfIdentities([...operations.flatMap(identitiesOf), ...subject.identities]);
  const unions = unionsOf(operations);
  const asked = askedOf(operations, unions);
  if (subject.waiting.length > 0) asked.push({ identities: subject.identities, ids: subject.waiting });

  return retryConflicts(runtime, async () => {
    const state = await readState(edge, { scope, asked, unions, guard });
    const now = runtime.now();
    const { definitions } = state;
    const set = new WorkingSet(state, runtime, now);
    const changes: MembershipChange[] = [];
    for (const profile of set.profiles) {
      if (isOutdated(profile, definitions, now)) changes.push(...catchUp(profile, definitions, now));
    }
    const statuses = operations.map((operation) => set.apply(asHappened(operation, now)));
    request.amend?.(set, now);
    await remakeHistories(db, set, now);
    takeEvents(set, now);
    const acks = acknowledge(judged, statuses, set);
    for (const profile of set.profiles) {
      const { change } = profile;
      // Of others time and definitions have been settled already.
      if (change === "event" || change === "identify")
        changes.push(...settleRequest(profile, definitions, now));
    }
    await commit(db, set, changes, now, countMismatches(db, definitions, request.mismatches ?? [], now));
    return { now, acks, set };
  });
}
