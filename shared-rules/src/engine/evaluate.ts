import { END } from "../instant.ts";
import type { Program } from "../program.ts";
import type { Membership, User } from "../user.ts";
import { type Features, Plan } from "./plan.ts";

/** The memberships of one user at one instant. */
export class Memberships implements Iterable<[key: string, membership: Membership]> {
  readonly #answers: ReadonlyMap<string, Membership>;

  constructor(answers: ReadonlyMap<string, Membership>) {
    this.#answers = answers;
  }

  /** The segments that were evaluated. */
  get keys(): readonly string[] {
    return [...this.#answers.keys()];
  }

  /** Whether the user is a member; false for a segment that was not evaluated. */
  has(key: string): boolean {
    return this.#answers.get(key)?.member === true;
  }

  get(key: string): Membership | undefined {
    return this.#answers.get(key);
  }

  /** The next instant at which any of these answers can change by time alone, or null. */
  get until(): number | null {
    let least: number | null = null;
    for (const { until } of this.#answers.values()) {
      if (until !== null && (least === null || until < least)) least = until;
    }
    return least;
  }

  [Symbol.iterator](): Iterator<[string, Membership]> {
    return this.#answers[Symbol.iterator]();
  }
}

export function membershipOf({ member, until }: { member: boolean; until: number }): Membership {
  return { member, until: until < END ? until : null };
}

/** Makes a plan of a program. Nothing is compiled until it is asked for. */
export function load(program: Program, features: Features = {}): Plan {
  return new Plan(program, features);
}

/**
 * The memberships of a user at `now` (ms since the epoch), of all segments or of those asked for; a key that
 * the plan does not know is left out. Pure: the same arguments give the same answer.
 */
export function evaluate(plan: Plan, user: User, now: number, keys: Iterable<string> = plan.index.keys()): Memberships {
  plan.context.begin(user, now);
  const answers = new Map<string, Membership>();
  for (const key of keys) {
    const index = plan.index.get(key);
    if (index !== undefined) answers.set(key, membershipOf(plan.answer(index)));
  }
  return new Memberships(answers);
}

/** Whether a user is a member of one segment at `now`; false for a segment that the plan does not know. */
export function isMember(plan: Plan, key: string, user: User, now: number): boolean {
  const index = plan.index.get(key);
  if (index === undefined) return false;
  plan.context.begin(user, now);
  return plan.answer(index).member;
}
