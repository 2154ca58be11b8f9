import type { Plan, User } from "@muster/rules";
import { rebuild, UserState } from "@muster/rules/state";
import { type History, TODAY } from "./behaviour.ts";

/** Each question's user with a state, one for each history, as it stands in memory. */
export function openStates(plan: Plan, histories: readonly History[]): { user: User; now: number }[] {
  const users = new Map<History["events"], User>();
  return histories.map(({ events, now }) => {
    const past = () => new UserState(plan, rebuild(plan, events).save(TODAY)).of(plan);
    const user = users.get(events) ?? { traits: {}, events: [], past: past() };
    users.set(events, user);
    return { user, now };
  });
}
