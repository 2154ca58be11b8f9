import {
  affected,
  evaluate,
  type Membership,
  type MembershipChange as Move,
  type Plan,
  traitsOf,
  type User,
} from "@muster/rules";
import type { Definitions } from "../definitions/definitions.ts";
import type { Cause, Profile } from "../profiles/profile.ts";

/** An entry into a segment (`member`) or an exit from it at an instant (ms since the epoch), for the log. */
export interface MembershipChange extends Move {
  profile: Profile;
  cause: Cause;
}

/** What an evaluation by one of the definitions' plans sees of a profile: its own past, and the answers that no rule gives. */
export function userOf(profile: Profile, definitions: Definitions, plan: Plan = definitions.plan): User {
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
    past: profile.history.of(plan),
    answers,
  };
}

/** The memberships of a profile at `now` in the segments that its browser knows of; nothing changes. */
export function evaluateForBrowser(
  profile: Profile,
  definitions: Definitions,
  now: number,
): Record<string, Membership> {
  const { plan } = definitions.server;
  const { positions } = definitions.browser.plan;
  const memberships = evaluate(plan, userOf(profile, definitions, plan), now);
  return Object.fromEntries([...memberships].filter(([key]) => positions.has(key)));
}

/** Brings all memberships of a profile up to `now` and answers what that changed. */
export function settle(
  profile: Profile,
  definitions: Definitions,
  now: number,
  cause: Cause,
): MembershipChange[] {
  const memberships = evaluate(definitions.plan, userOf(profile, definitions), now);
  // A segment may be gone since.
  const gone = [...profile.members.keys()].filter((segment) => memberships.get(segment) === undefined);
  const left = gone.map((segment) => ({ segment, member: false, at: now }));
  const changes = record(profile, [...differences(profile, memberships, now), ...left], cause);
  profile.dueAt = memberships.until;
  profile.definitions = definitions.membershipVersion;
  return changes;
}

/**
 * Brings memberships that hold but for what the request has brought up to `now`. Only those that it can have
 * changed are answered; time may then be due a little too early for what it has put off.
 */
export function settleRequest(profile: Profile, definitions: Definitions, now: number): MembershipChange[] {
  const { change, dueAt, touched } = profile;
  // Whoever is new, or has become another, is decided as a whole.
  if (change !== "event" || profile.stored === null)
    return settle(profile, definitions, now, change ?? "event");
  const keys = affected(definitions.plan, touched);
  if (keys.length === 0) return [];
  const memberships = evaluate(definitions.plan, userOf(profile, definitions), now, keys);
  const { until } = memberships;
  if (until !== null) profile.dueAt = dueAt === null ? until : Math.min(dueAt, until);
  return record(profile, differences(profile, memberships, now), change);
}

/** Where memberships are others than those of a profile, as of an instant. */
export function differences(
  { members }: Profile,
  memberships: Iterable<[key: string, membership: Membership]>,
  at: number,
): Move[] {
  const moves: Move[] = [];
  for (const [segment, { member }] of memberships) {
    if (member !== members.has(segment)) moves.push({ segment, member, at });
  }
  return moves;
}

/** Gives a profile the memberships that it has come to. */
export function record(profile: Profile, moves: readonly Move[], cause: Cause): MembershipChange[] {
  for (const { segment, member, at } of moves) {
    if (member) profile.members.set(segment, at);
    else profile.members.delete(segment);
  }
  return moves.map((move) => ({ ...move, profile, cause }));
}
