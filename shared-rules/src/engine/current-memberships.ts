import { LIMITS } from "../limits.ts";
import { clampInstant } from "../timestamp.ts";
import type { Membership, User } from "../user.ts";
import { membershipOf } from "./evaluate.ts";
import { type Influence, influenceOf, type UserChange } from "./influence.ts";
import type { Plan } from "./plan.ts";
import { Schedule } from "./schedule.ts";

/** A user entered (`member`) or left a segment at an instant (ms). */
export interface MembershipChange {
  segment: string;
  member: boolean;
  at: number;
}

const AT_ONCE = Number.NEGATIVE_INFINITY;

/**
 * The memberships of one user in all segments of a plan, kept current: what happens, and time that passes, costs
 * only the segments that it can change. At every instant they are those that `evaluate` gives; an `until` may
 * be an earlier instant than a new evaluation would name, and is as true. The user is handed over each
 * time, with an `EventLog` or a `past`, since a list of events would be sorted anew; other ids, or a plan's new
 * version, take new memberships.
 */
export class CurrentMemberships implements Iterable<[key: string, membership: Membership]> {
  readonly plan: Plan;
  readonly #influence: Influence;
  #now: number;
  #members: Uint8Array;
  #untils: number[];
  /** When each segment must be answered anew: at its `until`, or at once. */
  #schedule: Schedule;

  /** Answers all segments at `now` (ms since the epoch). */
  constructor(plan: Plan, user: User, now: number) {
    this.plan = plan;
    this.#influence = influenceOf(plan);
    plan.context.begin(user, now);
    plan.answerAll();
    this.#now = plan.context.now;
    this.#members = plan.members.slice();
    this.#untils = plan.untils.slice();
    this.#schedule = new Schedule(this.#untils);
  }

  /** Whether the user is a member; false for a segment that the plan does not know. */
  has(key: string): boolean {
    return this.#members[this.plan.positions.get(key) ?? -1] === 1;
  }

  get(key: string): Membership | undefined {
    const position = this.plan.positions.get(key);
    return position === undefined ? undefined : this.#at(position);
  }

  /** The next instant (ms) at which any membership can change by time alone, or null. */
  get until(): number | null {
    return membershipOf(false, this.#schedule.least).until;
  }

  *[Symbol.iterator](): Iterator<[string, Membership]> {
    for (const [position, key] of this.plan.keys.entries()) yield [key, this.#at(position)];
  }

  #at(position: number): Membership {
    return membershipOf(this.#members[position] === 1, this.#untils[position] ?? 0);
  }

  /**
   * Answers at `now` what a change of the user can change, and what is due; the rest stands. Gives what differs
   * from before, as of `now`: whoever wants the instants of what time changed on the way calls `advance` before
   * the change. Where `now` is before the last one, all is answered anew.
   */
  update(user: User, change: UserChange, now: number): MembershipChange[] {
    for (const position of this.#influence.readers(change)) this.#schedule.set(position, AT_ONCE);
    return this.#answer(user, clampInstant(now));
  }

  /**
   * Lets time pass to `now` for a user to whom nothing else happened, and gives every change on the way at its
   * exact instant, in order. A `past` must not have forgotten the time between. At most `LIMITS.instants` are
   * evaluated; where more are due, the last of them is `now`, and what changed since the one before is given
   * as of `now`. Where `now` is before the last one, all is answered anew.
   */
  advance(user: User, now: number): MembershipChange[] {
    const to = clampInstant(now);
    const changes: MembershipChange[] = [];
    for (let instants = 1; instants < LIMITS.instants && this.#schedule.least < to; instants++) {
      // An answer that the caller brings may stand until a fraction of a ms.
      const at = Math.max(this.#now, Math.ceil(this.#schedule.least));
      changes.push(...this.#answer(user, at));
    }
    changes.push(...this.#answer(user, to));
    return changes;
  }

  /** Answers what is due at `now`, each segment after those that it refers to. */
  #answer(user: User, now: number): MembershipChange[] {
    const changes: MembershipChange[] = [];
    const { context, keys, members, runs, untils } = this.plan;
    context.begin(user, now);
    if (now < this.#now) for (const position of keys.keys()) this.#schedule.set(position, AT_ONCE);
    this.#now = now;
    for (;;) {
      const position = this.#schedule.firstDue(now);
      const segment = keys[position];
      if (segment === undefined) return changes;
      // Those that it refers to are not due any more: what they were answered still stands.
      for (const other of this.#influence.references[position] ?? []) {
        runs[other] = context.run;
        members[other] = this.#members[other] ?? 0;
        untils[other] = this.#untils[other] ?? 0;
      }
      const member = this.plan.answer(position);
      const until = untils[position] ?? 0;
      const isOther = member !== (this.#members[position] === 1);
      if (isOther) changes.push({ segment, member, at: now });
      if (isOther || until !== this.#untils[position]) {
        this.#members[position] = member ? 1 : 0;
        this.#untils[position] = until;
        for (const other of this.#influence.dependents(position)) this.#schedule.set(other, AT_ONCE);
      }
      this.#schedule.set(position, until);
    }
  }
}
