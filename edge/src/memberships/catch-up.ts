import { CurrentMemberships } from "@muster/rules";
import type { Definitions } from "../definitions/definitions.ts";
import type { Profile } from "../profiles/profile.ts";
import { differences, type MembershipChange, record, settle, userOf } from "./settle.ts";

/** Whether the memberships that are stored may no longer hold, though the user did nothing. */
export function isOutdated(profile: Profile, definitions: Definitions, now: number): boolean {
  return (
    profile.definitions !== definitions.membershipVersion || (profile.dueAt !== null && profile.dueAt <= now)
  );
}

/**
 * Brings a profile's memberships up to `now`, before anything else changes them: what time has changed at its
 * very instant, one after the other; what other definitions change, now.
 */
export function catchUp(profile: Profile, definitions: Definitions, now: number): MembershipChange[] {
  if (profile.definitions !== definitions.membershipVersion) {
    profile.touch("definition");
    return settle(profile, definitions, now, "definition");
  }
  profile.touch("time");
  const { dueAt } = profile;
  if (dueAt === null || dueAt > now) return [];
  const user = userOf(profile, definitions);
  const current = new CurrentMemberships(definitions.plan, user, dueAt);
  const first = differences(profile, current, dueAt);
  const moves = [...first, ...current.advance(user, now)];
  profile.dueAt = current.until;
  return record(profile, moves, "time");
}
