import { NEVER } from "../timestamp.ts";
import type { Membership, User } from "../user.ts";
import { membershipOf } from "./evaluate.ts";
import type { Plan } from "./plan.ts";

/** Answers for one segment at `now` (ms since the epoch). */
export type Decider = (user: User, now: number) => boolean;

const decidersOf = new WeakMap<Plan, Map<string, Decider>>();

/**
 * What answers for one segment: whether a user is a member at `now`; false for a segment that the plan does not
 * know. For asking often, since the key is looked up once.
 */
export function decider(plan: Plan, key: string): Decider {
  const { context, positions } = plan;
  const deciders = decidersOf.get(plan) ?? new Map<string, Decider>();
  decidersOf.set(plan, deciders);
  const known = deciders.get(key);
  if (known) return known;
  const position = positions.get(key);
  if (position === undefined) return () => false;
  const { holds, timed } = plan.segment(position);
  const decide = timed
    ? (user: User, now: number) => {
        context.begin(user, now);
        return plan.answerFrom(position);
      }
    : (user: User) => {
        context.user = user;
        return holds(context.traits, context);
      };
  deciders.set(key, decide);
  return decide;
}

/** Whether a user is a member of one segment at `now`; false for a segment that the plan does not know. */
export function isMember(plan: Plan, key: string, user: User, now: number): boolean {
  return decider(plan, key)(user, now);
}

/** What tells the instant that is answered for (ms since the epoch). */
export interface Clock {
  readonly now: number;
}

/** Answers for one segment, and says how long that stands. */
export type Answerer = (user: User, clock: Clock) => Membership;

/**
 * What answers for one segment with how long the answer stands; undefined for a segment that the plan does not know.
 * Where time cannot change the answer, the clock is not read.
 */
export function answerer(plan: Plan, key: string): Answerer | undefined {
  const { positions, untils } = plan;
  const position = positions.get(key);
  if (position === undefined) return undefined;
  const decide = decider(plan, key);
  if (!plan.segment(position).timed) return (user) => (decide(user, 0) ? MEMBER : OTHER);
  return (user, { now }) => membershipOf(decide(user, now), untils[position] ?? NEVER);
}

const MEMBER: Membership = Object.freeze({ member: true, until: null });
const OTHER: Membership = Object.freeze({ member: false, until: null });
