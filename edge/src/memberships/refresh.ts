import { isConflict } from "../db/conflict.ts";
import type { Edge } from "../edge.ts";
import { commit } from "../profiles/commit.ts";
import { currentDefinitions, readState } from "../profiles/read-state.ts";
import { countOutdated, scopeOfOutdated } from "../profiles/scope.ts";
import { WorkingSet } from "../profiles/working-set.ts";
import { causeOfAge, settle } from "./settle.ts";

/** Profiles settled by one pair of batches, and by one call. */
const CHUNK = 500;
const MOST = 10_000;

/**
 * Settles the memberships that definitions or time have changed since they were stored, in chunks.
 * @returns how many profiles are still outdated, when `most` of them have been done
 */
export async function refreshPopulation(edge: Edge, most = MOST): Promise<number> {
  const { db, runtime } = edge;
  const { version } = await currentDefinitions(edge);
  for (let done = 0; done < most; ) {
    const settled = await refreshChunk(edge, version, runtime.now());
    if (settled === 0) return 0;
    done += settled ?? CHUNK;
  }
  const remaining = await countOutdated(db, version, runtime.now()).first<number>("remaining");
  return remaining ?? 0;
}

/** Answers how many profiles were settled; null where a concurrent writer was faster. */
async function refreshChunk(edge: Edge, version: number, now: number): Promise<number | null> {
  const state = await readState(edge, { scope: scopeOfOutdated(version, now, CHUNK) });
  const set = new WorkingSet(state, edge.runtime, now);
  const changes = [...set.profiles].flatMap((profile) => {
    const cause = causeOfAge(profile, state.definitions);
    profile.touch(cause);
    return settle(profile, state.definitions, now, cause).changes;
  });
  try {
    await commit(edge.db, set, changes, now);
    return state.profiles.length;
  } catch (error) {
    if (!isConflict(error)) throw error;
    return null;
  }
}
