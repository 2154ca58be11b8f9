import { UserState } from "@muster/rules/state";
import type { Definitions } from "../definitions/definitions.ts";
import { eventOf } from "./event-rows.ts";
import { History } from "./history.ts";
import type { Profile } from "./profile.ts";
import { readLogs } from "./read-log.ts";

/**
 * A profile's past as its state may have forgotten it, made of the log: for questions as of an earlier instant, or
 * `whole`, for explanations, which tell how often something happened where a decision only asks whether often enough.
 * @throws Stale when someone writes to the profile meanwhile
 */
export async function historyAt(
  db: D1Database,
  profile: Profile,
  definitions: Definitions,
  at: number,
  whole: boolean,
): Promise<History> {
  const state = new UserState(definitions.plans);
  for await (const rows of readLogs(db, [profile], definitions.eventNames)) {
    for (const row of rows) state.apply(eventOf(row));
    if (!whole) state.forget(at);
  }
  return new History(definitions, state);
}
