import { UserState } from "@muster/rules/state";
import type { Definitions } from "../definitions/definitions.ts";
import { eventOf } from "./event-rows.ts";
import { History } from "./history.ts";
import type { Profile } from "./profile.ts";
import { readLogs } from "./read-log.ts";

/**
 * A profile's past for questions as of an instant before now, which its state may have forgotten: made of the log.
 * @throws Stale when someone writes to the profile meanwhile
 */
export async function historyAt(
  db: D1Database,
  profile: Profile,
  definitions: Definitions,
  at: number,
): Promise<History> {
  const state = new UserState(definitions.plans);
  for await (const rows of readLogs(db, [profile], definitions.eventNames)) {
    for (const row of rows) state.apply(eventOf(row));
    state.forget(at);
  }
  return new History(definitions, state);
}
