import { UserState } from "@muster/rules/state";
import type { Definitions } from "../definitions/definitions.ts";
import { eventOf } from "./event-rows.ts";
import { History } from "./history.ts";
import type { NewEvent, Profile } from "./profile.ts";
import { readUnited } from "./read-log.ts";
import type { WorkingSet } from "./working-set.ts";

/**
 * Makes the pasts of united profiles that may share events anew, of the logs of all their parts and what the
 * request adds: of two copies the first to arrive stays.
 * @throws Stale when someone writes to one of the parts meanwhile
 */
export async function remakeHistories(db: D1Database, set: WorkingSet, now: number): Promise<void> {
  for (const profile of set.overlapping) {
    profile.history = await remake(db, profile, set.logsOf(profile), set.definitions, now);
  }
}

async function remake(
  db: D1Database,
  { newEvents }: Profile,
  parts: readonly Profile[],
  definitions: Definitions,
  now: number,
): Promise<History> {
  const state = new UserState(definitions.plans);
  const added = new Map<string, NewEvent>();
  for (const event of newEvents) if (!added.has(event.id)) added.set(event.id, event);
  const owners = parts.map(({ id, stored }) => ({ id, seq: stored?.seq ?? 0 }));
  for await (const rows of readUnited(db, owners)) {
    for (const row of rows) {
      added.delete(row.id);
      state.apply(eventOf(row));
    }
    state.forget(now);
  }
  for (const event of added.values()) state.apply(event);
  return new History(definitions, state);
}
