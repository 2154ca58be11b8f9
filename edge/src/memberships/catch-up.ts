import type { Definitions } from "../definitions/definitions.ts";
import type { Profile } from "../profiles/profile.ts";
import { type MembershipChange, settle } from "./settle.ts";

/** How many instants at which something can change a profile is taken through; what is left then changes now. */
const STEPS = 256;

/** Whether the memberships that are stored may no longer hold, though the user did nothing. */
export function isOutdated(profile: Profile, definitions: Definitions, now: number): boolean {
  return profile.definitions !== definitions.version || (profile.dueAt !== null && profile.dueAt <= now);
}

/**
 * Brings a profile's memberships up to `now`, before anything else changes them: what time has changed at its
 * very instant, one after the other; what other definitions change, now.
 */
export function catchUp(profile: Profile, definitions: Definitions, now: number): MembershipChange[] {
  if (profile.definitions !== definitions.version) {
    profile.touch("definition");
    return settle(profile, definitions, now, "definition");
  }
  profile.touch("time");
  const changes: MembershipChange[] = [];
  for (let step = 1; profile.dueAt !== null && profile.dueAt <= now; step++) {
    changes.push(...settle(profile, definitions, step < STEPS ? profile.dueAt : now, "time"));
  }
  return changes;
}
