import { evaluate, type Membership, type Memberships, traitsOf, type User } from "@muster/rules";
import type { Definitions } from "../definitions/definitions.ts";
import type { Cause, Profile } from "../profiles/profile.ts";

/** An entry into a segment or an exit from it, for the log. */
export interface MembershipChange {
  profile: Profile;
  segment: string;
  change: "entered" | "left";
  cause: Cause;
  /** When, in ms since the epoch. */
  at: number;
}

/** What an evaluation sees of a profile: its own past, and the answers that no rule gives. */
export function userOf(profile: Profile, definitions: Definitions): User {
  const answers = new Map<string, Membership>();
  for (const [key, source] of definitions.sources) {
    const member = source === "list" ? profile.lists.has(key) : profile.members.has(key);
    answers.set(key, { member, until: null });
  }
  return {
    id: profile.userId,
    anonymousId: profile.anonymousId,
    traits: traitsOf(profile.traits),
    events: [],
    past: profile.history.of(definitions.plan),
    answers,
  };
}

/** The memberships of a profile at `now`; nothing changes. */
export function evaluateProfile(profile: Profile, definitions: Definitions, now: number): Memberships {
  return evaluate(definitions.plan, userOf(profile, definitions), now);
}

/** Brings a profile's memberships up to `now` and answers what that changed. */
export function settle(
  profile: Profile,
  definitions: Definitions,
  now: number,
  cause: Cause,
): MembershipChange[] {
  const memberships = evaluateProfile(profile, definitions, now);
  const changes: MembershipChange[] = [];
  const members = new Map<string, number>();
  for (const [segment, { member }] of memberships) {
    if (!member) continue;
    const since = profile.members.get(segment);
    members.set(segment, since ?? now);
    if (since === undefined) changes.push({ profile, segment, change: "entered", cause, at: now });
  }
  for (const segment of profile.members.keys()) {
    if (!members.has(segment)) changes.push({ profile, segment, change: "left", cause, at: now });
  }
  profile.members = members;
  profile.dueAt = memberships.until;
  profile.definitions = definitions.version;
  return changes;
}
