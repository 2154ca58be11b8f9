import type { Acknowledgement, KeyKind } from "@muster/rules/wire";
import { retryConflicts } from "../db/conflict.ts";
import type { Definitions } from "../definitions/definitions.ts";
import type { Edge } from "../edge.ts";
import { admit, type Bearer } from "../keys/bearer.ts";
import { causeOfAge, isOutdated, type MembershipChange, settle } from "../memberships/settle.ts";
import { commit } from "../profiles/commit.ts";
import { readState } from "../profiles/read-state.ts";
import { type Identity, identitiesOf, scopeOfIdentities } from "../profiles/scope.ts";
import { WorkingSet } from "../profiles/working-set.ts";
import { judge, refuseTraits } from "./judge.ts";

export interface IngestRequest {
  operations: readonly unknown[];
  bearer: Bearer;
  kinds: readonly KeyKind[];
  /** Users to read although no operation may be theirs. */
  identities?: readonly Identity[];
  /** Comes after the operations and before memberships are settled. */
  amend?(set: WorkingSet, now: number): void;
}

export interface Ingested {
  now: number;
  acks: Acknowledgement[];
  definitions: Definitions;
  /** The users as they are now. */
  set: WorkingSet;
}

/**
 * Applies operations of any number of users: one read batch, one write batch, and both again when someone
 * else wrote to one of these users in between. Answers after the commit.
 */
export function ingest(edge: Edge, request: IngestRequest): Promise<Ingested> {
  const judged = judge(request.operations);
  const operations = judged.flatMap((entry) => ("operation" in entry ? [entry.operation] : []));
  const scope = scopeOfIdentities([...operations.flatMap(identitiesOf), ...(request.identities ?? [])]);
  const known = operations.flatMap((operation) =>
    identitiesOf(operation).map((identity): [Identity, string] => [identity, operation.id]),
  );

  return retryConflicts(edge.runtime, async () => {
    const state = await readState(edge, { scope, bearer: request.bearer, operations: known });
    admit(request.bearer, state.key, request.kinds);
    const now = edge.runtime.now();
    const { definitions } = state;
    const set = new WorkingSet(state, edge.runtime, now);
    const changes: MembershipChange[] = [];
    for (const profile of set.profiles) {
      if (!isOutdated(profile, definitions, now)) continue;
      const cause = causeOfAge(profile, definitions);
      changes.push(...settle(profile, definitions, now, cause).changes);
      profile.touch(cause);
    }
    const acks = judged.map((entry): Acknowledgement => {
      if ("refused" in entry) return entry.refused;
      const { index, operation } = entry;
      const status = set.apply(operation);
      return status === "full" ? refuseTraits(index, operation.id) : { index, id: operation.id, status };
    });
    request.amend?.(set, now);
    for (const each of set.profiles) {
      if (each.change !== null) changes.push(...settle(each, definitions, now, each.change).changes);
    }
    await commit(edge.db, set, changes, now);
    return { now, acks, definitions, set };
  });
}
