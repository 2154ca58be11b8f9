import type { RefreshProgress } from "@muster/rules/wire";
import { isConflict } from "../db/conflict.ts";
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

/**
 * Settles the memberships that definitions or time have changed since they were stored, and makes the states anew
 * that definitions ask for, in chunks. The database alone knows what is done: whoever calls next goes on.
 * @returns how many profiles are still outdated, when about `most` of them have been done
 */
export async function refreshPopulation(edge: Edge, most = MOST): Promise<number> {
  for (let done = 0; done < most; ) {
    const work = await refreshChunk(edge);
    if (work === 0) return 0;
    done += work ?? CHUNK;
  }
  return (await count(edge)).remaining;
}

/** How far what is stored is from the definitions and the instant of now. */
export async function readProgress(edge: Edge): Promise<RefreshProgress> {
  const { remaining: _, ...progress } = await count(edge);
  return progress;
}

async function count(edge: Edge) {
  const { version, layout } = await currentDefinitions(edge);
  const now = edge.runtime.now();
  const counts = await countOutdated(edge.db, { version, layout, now });
  return { now, version, ...counts };
}

/** Answers how much was done, in profiles; null where a concurrent writer was faster. */
async function refreshChunk(edge: Edge): Promise<number | null> {
  const { db, runtime } = edge;
  const { version, layout } = await currentDefinitions(edge);
  const now = runtime.now();
  const ids = await selectOutdated(db, { version, layout, now }, CHUNK, PAGE);
  if (ids.length === 0) return 0;
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
