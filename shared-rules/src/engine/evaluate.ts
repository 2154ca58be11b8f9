import type { Program } from "../program.ts";
import { END } from "../timestamp.ts";
import type { Membership, User } from "../user.ts";
import { readLists } from "./event-list.ts";
import type { Features } from "./features.ts";
import { Plan } from "./plan.ts";

/** A membership as callers see it: an instant beyond the year 9999 is none. */
export function membershipOf(member: boolean, until: number): Membership {
  return { member, until: until < END ? until : null };
}

/** The memberships of one user at one instant. */
export class Memberships implements Iterable<[key: string, membership: Membership]> {
  readonly #plan: Plan;
  readonly #asked: readonly string[];
  readonly #members: Uint8Array;
  readonly #untils: Float64Array;

  constructor(plan: Plan, asked: readonly string[]) {
    this.#plan = plan;
    this.#asked = asked;
    this.#members = plan.members.slice();
    // Without a timed answer all stay as the plan made them.
    this.#untils = plan.timed ? plan.untils.slice() : plan.untils;
  }

  /** The segments that were evaluated. */
  get keys(): readonly string[] {
    return this.#asked;
  }

  #position(key: string): number {
    // All segments is the usual question; the list of those asked for is short.
    const asked = this.#asked === this.#plan.keys || this.#asked.includes(key);
    return asked ? (this.#plan.positions.get(key) ?? -1) : -1;
  }

  /** Whether the user is a member; false for a segment that was not evaluated. */
  has(key: string): boolean {
    return this.#members[this.#position(key)] === 1;
  }

  get(key: string): Membership | undefined {
    const position = this.#position(key);
    return position < 0
      ? undefined
      : membershipOf(this.#members[position] === 1, this.#untils[position] ?? END);
  }

  /** The next instant at which any of these answers can change by time alone, or null. */
  get until(): number | null {
    const least = Math.min(END, ...[...this].map(([, { until }]) => until ?? END));
    return least < END ? least : null;
  }

  *[Symbol.iterator](): Iterator<[string, Membership]> {
    for (const key of this.#asked) {
      const membership = this.get(key);
      if (membership) yield [key, membership];
    }
  }
}

/**
 * Makes a plan of a program. Nothing is compiled until it is asked for. It reads the past of users who have a list
 * of events; `new Plan` makes one that answers only for those whose past is a state.
 */
export function load(program: Program, features: Features = {}): Plan {
  return new Plan(program, { lists: readLists, ...features });
}

/**
 * The memberships of a user at `now` (ms since the epoch), of all segments or of those asked for; a key that
 * the plan does not know is left out. Pure: the same arguments give the same answer.
 */
export function evaluate(plan: Plan, user: User, now: number, keys?: Iterable<string>): Memberships {
  plan.context.begin(user, now);
  if (!keys) {
    plan.answerAll();
    return new Memberships(plan, plan.keys);
  }
  const known = [...new Set(keys)].filter((key) => plan.positions.has(key));
  for (const key of known) plan.answerFrom(plan.positions.get(key) ?? -1);
  return new Memberships(plan, known);
}
