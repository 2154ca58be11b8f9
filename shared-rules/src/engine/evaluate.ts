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
  readonly #members: ArrayLike<number>;
  readonly #untils: ArrayLike<number>;
  /** Where the answer for each key stands; made when it is asked for. */
  #places: ReadonlyMap<string, number> | undefined;

  /** Answers in the order of the keys. */
  constructor(
    keys: readonly string[],
    members: ArrayLike<number>,
    untils: ArrayLike<number>,
    places?: ReadonlyMap<string, number>,
  ) {
    this.keys = keys;
    this.#members = members;
    this.#untils = untils;
    this.#places = places;
  }

  #placeOf(key: string): number {
    this.#places ??= new Map(this.keys.map((each, place) => [each, place]));
    return this.#places.get(key) ?? -1;
  }

  #at(place: number): Membership {
    return membershipOf(this.#members[place] === 1, this.#untils[place] ?? END);
  }

  /** Whether the user is a member; false for a segment that was not evaluated. */
  has(key: string): boolean {
    return this.#members[this.#placeOf(key)] === 1;
  }

  get(key: string): Membership | undefined {
    const place = this.#placeOf(key);
    return place < 0 ? undefined : this.#at(place);
  }

  /** The next instant at which any of these answers can change by time alone, or null. */
  get until(): number | null {
    let least = END;
    for (let place = 0; place < this.keys.length; place++)
      least = Math.min(least, this.#untils[place] ?? END);
    return membershipOf(false, least).until;
  }

  *[Symbol.iterator](): Iterator<[string, Membership]> {
    for (const [place, key] of this.keys.entries()) yield [key, this.#at(place)];
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
    return new Memberships(plan.keys, members.slice(), plan.timed ? untils.slice() : untils, positions);
  }
  const known = [...new Set(keys)].filter((key) => positions.has(key));
  const asked = known.map((key) => positions.get(key) ?? 0);
  for (const position of asked) plan.answerFrom(position);
  return new Memberships(
    known,
    asked.map((position) => members[position] ?? 0),
    asked.map((position) => untils[position] ?? 0),
  );
}
