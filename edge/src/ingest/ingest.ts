import type { Acknowledgement, KeyKind } from "@muster/rules/wire";
import { retryConflicts } from "../db/conflict.ts";
import type { Edge } from "../edge.ts";
import type { Bearer } from "../keys/bearer.ts";
import { catchUp, isOutdated } from "../memberships/catch-up.ts";
import { countMismatches } from "../memberships/mismatches.ts";
import { type MembershipChange, settleRequest } from "../memberships/settle.ts";
import { askedOf, unionsOf } from "../profiles/asked.ts";
import { commit } from "../profiles/commit.ts";
import { readState } from "../profiles/read-state.ts";
import { remakeHistories } from "../profiles/remake-histories.ts";
import { type Identity, identitiesOf, scopeOfIdentities } from "../profiles/scope.ts";
import { WorkingSet } from "../profiles/working-set.ts";
import { judge, refuseTraits } from "./judge.ts";

export interface IngestRequest {
  operations: readonly unknown[];
  bearer: Bearer;
  kinds: readonly KeyKind[];
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
  const { bearer, kinds, clock, subject = { identities: [], waiting: [] } } = request;
  const judged = judge(request.operations, clock === undefined ? 0 : runtime.now() - clock);
  const operations = judged.flatMap((entry) => ("operation" in entry ? [entry.operation] : []));
  const scope = scopeOfIdentities([...operations.flatMap(identitiesOf), ...subject.identities]);
  const unions = unionsOf(operations);
  const asked = askedOf(operations, unions);
  if (subject.waiting.length > 0) asked.push({ identities: subject.identities, ids: subject.waiting });

  return retryConflicts(runtime, async () => {
    const state = await readState(edge, { scope, asked, unions, guard: { bearer, kinds } });
    const now = runtime.now();
    const { definitions } = state;
    const set = new WorkingSet(state, runtime, now);
    const changes: MembershipChange[] = [];
    for (const profile of set.profiles) {
      if (isOutdated(profile, definitions, now)) changes.push(...catchUp(profile, definitions, now));
    }
    const acks = judged.map((entry): Acknowledgement => {
      if ("refused" in entry) return entry.refused;
      const { index, operation } = entry;
      const status = set.apply(operation);
      return status === "full" ? refuseTraits(index, operation.id) : { index, id: operation.id, status };
    });
    request.amend?.(set, now);
    await remakeHistories(db, set, now);
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
