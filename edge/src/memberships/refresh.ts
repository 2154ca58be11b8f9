import type { RefreshProgress } from "@muster/rules/wire";
import { isConflict, isTransient } from "../db/conflict.ts";
import { currentDefinitions } from "../definitions/current.ts";
import type { Edge } from "../edge.ts";
import { commit } from "../profiles/commit.ts";
import { PAGE } from "../profiles/event-rows.ts";
import { readState } from "../profiles/read-state.ts";
import { scopeOfProfiles } from "../profiles/scope.ts";
import { WorkingSet } from "../profiles/working-set.ts";
import { catchUp } from "./catch-up.ts";
import { countOutdated, selectOutdated } from "./outdated.ts";

/** Profiles settled by one pair of batches, and by one call; one whose log is read counts as more. */
const CHUNK = 500;
const MOST = 10_000;
/** Events that take about as long to read as it takes to settle a profile. */
const EVENTS_A_PROFILE = PAGE / CHUNK;
/** Profiles that one call passes over because they cannot be settled; more are taken for a fault of something else. */
const BROKEN = 10;

/**
 * Settles the memberships that definitions or time have changed since they were stored, and makes the states anew
 * that definitions ask for, in chunks. The database alone knows what is done: whoever calls next goes on. Each profile
 * is done once, though it may be due again a moment later: what is due after `from` is left. A profile that cannot be
 * settled holds up no other; its error is thrown once the others are done.
 * @returns how many profiles are still outdated as of `from`, when about `most` of them have been done
 */
export async function refreshPopulation(edge: Edge, most = MOST, from = edge.runtime.now()): Promise<number> {
  const broken = new Map<number, unknown>();
  let size = CHUNK;
  for (let done = 0; done < most; ) {
    const { membershipVersion: version, layout } = await currentDefinitions(edge);
    const portion = { profiles: size, events: PAGE, without: [...broken.keys()] };
    const ids = await selectOutdated(edge.db, { version, layout, now: from }, portion);
    const [first] = ids;
    if (first === undefined) {
      for (const error of broken.values()) throw error;
      return 0;
    }
    try {
      done += (await refreshChunk(edge, ids)) ?? CHUNK;
    } catch (error) {
      if (isTransient(error) || broken.size >= BROKEN) throw error;
      // The one that fails is among them: it is found by halves.
      size = Math.ceil(ids.length / 2);
      if (ids.length === 1) {
        broken.set(first, error);
        size = CHUNK;
      }
    }
  }
  return (await count(edge, from)).remaining;
}

/** How far what is stored is from the definitions and an instant. */
export async function readProgress(edge: Edge, now = edge.runtime.now()): Promise<RefreshProgress> {
  const { remaining: _, ...progress } = await count(edge, now);
  return progress;
}

async function count(edge: Edge, now: number) {
  const { membershipVersion: version, layout } = await currentDefinitions(edge);
  const counts = await countOutdated(edge.db, { version, layout, now });
  return { now, version, ...counts };
}

/** Answers how much was done, in profiles; null where a concurrent writer was faster. */
async function refreshChunk(edge: Edge, ids: readonly number[]): Promise<number | null> {
  const { db, runtime } = edge;
  const now = runtime.now();
  try {
    const state = await readState(edge, { scope: scopeOfProfiles(ids) });
    const set = new WorkingSet(state, runtime, now);
    const changes = state.profiles.flatMap((profile) => catchUp(profile, state.definitions, now));
    await commit(db, set, changes, now);
    return ids.length + Math.ceil(state.work / EVENTS_A_PROFILE);
  } catch (error) {
    if (!isConflict(error)) throw error;
    return null;
  }
}
