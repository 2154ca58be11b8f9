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
  /** The segments that were evaluated. */
  readonly keys: readonly string[];
  /** Where the answer for each key stands. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #members: ArrayLike<number>;
  readonly #untils: ArrayLike<number>;

  constructor(
    keys: readonly string[],
    places: ReadonlyMap<string, number>,
    members: ArrayLike<number>,
    untils: ArrayLike<number>,
  ) {
    this.keys = keys;
    this.#places = places;
    this.#members = members;
    this.#untils = untils;
  }

  /** Whether the user is a member; false for a segment that was not evaluated. */
  has(key: string): boolean {
    return this.#members[this.#places.get(key) ?? -1] === 1;
  }

  get(key: string): Membership | undefined {
    const place = this.#places.get(key);
    return place === undefined ? place : membershipOf(this.#members[place] === 1, this.#untils[place] ?? END);
  }

  /** The next instant at which any of these answers can change by time alone, or null. */
  get until(): number | null {
    const least = Math.min(END, ...[...this].map(([, { until }]) => until ?? END));
    return least < END ? least : null;
  }

  *[Symbol.iterator](): Iterator<[string, Membership]> {
    for (const key of this.keys) {
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
  const { context, positions, members, untils } = plan;
  context.begin(user, now);
  if (!keys) {
    plan.answerAll();
    // Without a timed answer all stay as the plan made them.
    return new Memberships(plan.keys, positions, members.slice(), plan.timed ? untils.slice() : untils);
  }
  const known = [...new Set(keys)].filter((key) => positions.has(key));
  const asked = known.map((key) => positions.get(key) ?? 0);
  for (const position of asked) plan.answerFrom(position);
  return new Memberships(
    known,
    new Map(known.map((key, place) => [key, place])),
    asked.map((position) => members[position] ?? 0),
    asked.map((position) => untils[position] ?? 0),
  );
}
