import { rebuild, UserState } from "@muster/rules/state";
import { readDefinitionRows } from "../../edge/src/definitions/rows.ts";
import { createD1 } from "./d1.ts";
import type { Database } from "./database.ts";
import { linked } from "./linked.ts";
import type { Truth } from "./truth.ts";

/** Finds states that are not what the edge's log comes to (law 2): to the byte, as of one instant. */
export async function checkStates(
  database: Database,
  { profiles }: Truth,
  now: number,
  fail: (problem: string) => void,
): Promise<void> {
  const db = createD1(database, async (_what, run) => run());
  const { plans, layout } = await linked.link(await readDefinitionRows(db));
  for (const profile of profiles.values()) {
    if (profile.layout !== layout) {
      fail(`the state of profile ${profile.id} is of the layout ${profile.layout}, not ${layout}`);
      continue;
    }
    const kept = JSON.stringify(new UserState(plans, profile.state).save(now));
    const made = JSON.stringify(rebuild(plans, profile.events.values()).save(now));
    if (kept !== made) fail(`the state of profile ${profile.id} is ${kept}, its log comes to ${made}`);
  }
}
