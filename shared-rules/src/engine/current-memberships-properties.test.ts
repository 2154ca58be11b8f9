import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALL_FEATURES } from "../compile.ts";
import { EventLog } from "../event-log.ts";
import { link } from "../link/link.ts";
import { SLACK, UserState } from "../state/index.ts";
import { instant, user } from "../testing/arbitraries.ts";
import { type Happening, happening, livelyRuleset } from "../testing/happenings.ts";
import type { Membership, User, UserEvent } from "../user.ts";
import { CurrentMemberships, type MembershipChange } from "./current-memberships.ts";
import { evaluate, load } from "./evaluate.ts";
import { affected, type UserChange } from "./influence.ts";
import type { Plan } from "./plan.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);
/** A formula of `now` is due each ms; the walk over more instants than this is left out. */
const WALK = 150;

const membersOf = (memberships: Iterable<[string, Membership]>): [string, boolean][] =>
  [...memberships].map(([key, { member }]) => [key, member]);

/** What changes by time alone, by evaluating everything at each instant that may change anything. */
function walk(plan: Plan, someone: User, from: number, to: number): MembershipChange[] | undefined {
  const changes: MembershipChange[] = [];
  let before = evaluate(plan, someone, from);
  for (let steps = 0; steps < WALK; steps++) {
    const at = before.until;
    if (at === null || at > to) return changes;
    const after = evaluate(plan, someone, at);
    for (const [segment, { member }] of after) {
      if (member !== before.has(segment)) changes.push({ segment, member, at });
    }
    before = after;
  }
  return undefined;
}

/** One user whose past is kept as a list and as a state, with the memberships that each keeps current. */
class Subject {
  readonly plan: Plan;
  readonly log = new EventLog();
  readonly past: UserState;
  readonly #kept: { current: CurrentMemberships; user: () => User; view: Map<string, boolean> }[];
  #someone: Omit<User, "events">;
  #now: number;
  #latest: number;

  constructor(plan: Plan, someone: User & { events: readonly UserEvent[] }, now: number) {
    this.plan = plan;
    this.#someone = someone;
    this.#now = now;
    this.#latest = now;
    this.past = new UserState(plan);
    for (const event of someone.events) this.#add(event);
    const reduced = (): User => ({ ...this.#someone, events: [], past: this.past.of(plan) });
    const users = [() => this.listed, reduced];
    this.#kept = users.map((user) => {
      const current = new CurrentMemberships(plan, user(), now);
      return { current, user, view: new Map(membersOf(current)) };
    });
    this.check();
  }

  get listed(): User {
    return { ...this.#someone, events: this.log };
  }

  #add(event: UserEvent): void {
    if (this.log.add(event)) this.past.apply(event);
  }

  happen(one: Happening): void {
    if ("passes" in one) this.pass(one.passes);
    else this.change(one);
  }

  change(one: Exclude<Happening, { passes: number }>): void {
    const before = membersOf(evaluate(this.plan, this.listed, this.#now));
    let change: UserChange = { answers: ["s0"] };
    if ("event" in one) {
      this.#add({ ...one.event, ts: this.#now + one.after });
      change = { events: [one.event.name] };
    } else if ("traits" in one) {
      this.#someone = { ...this.#someone, traits: { ...this.#someone.traits, ...one.traits } };
      change = { traits: Object.keys(one.traits) };
    } else {
      const answer = { member: one.answer, until: one.until };
      this.#someone = { ...this.#someone, answers: new Map([["s0", answer]]) };
    }
    const reached = affected(this.plan, change);
    const after = evaluate(this.plan, this.listed, this.#now);
    const expected = before.flatMap(([segment, member]) =>
      after.has(segment) === member ? [] : [{ segment, member: !member, at: this.#now }],
    );
    for (const { segment } of expected) expect(reached).toContain(segment);
    for (const { current, user, view } of this.#kept) {
      const changes = current.update(user(), change, this.#now);
      expect(changes).toEqual(expected);
      replay(view, changes);
    }
    this.check();
  }

  pass(ms: number): void {
    const from = this.#now;
    this.#now = Math.max(from + ms, this.#latest - SLACK);
    this.#latest = Math.max(this.#now, this.#latest);
    const expected = this.#now < from ? undefined : walk(this.plan, this.listed, from, this.#now);
    for (const { current, user, view } of this.#kept) {
      const promised = new Map([...current].map(([key, { until }]) => [key, until ?? Infinity]));
      const changes = current.advance(user(), this.#now);
      replay(view, changes);
      if (!expected) continue;
      // Each `until` stood no longer than the answer that it came with.
      for (const { segment, at } of changes) {
        expect(promised.get(segment)).toBeLessThanOrEqual(at);
      }
      expect(changes).toEqual(expected);
      for (const { segment, member, at } of changes) {
        expect(evaluate(this.plan, this.listed, at, [segment]).has(segment)).toBe(member);
        expect(evaluate(this.plan, this.listed, at - 1, [segment]).has(segment)).toBe(!member);
      }
    }
    this.check();
    this.past.forget(this.#now);
  }

  /** Whether what is kept, and what was reported so far, is what a new evaluation of the list gives. */
  check(): void {
    const expected = membersOf(evaluate(this.plan, this.listed, this.#now));
    for (const { current, view } of this.#kept) {
      expect(membersOf(current)).toEqual(expected);
      expect([...view]).toEqual(expected);
      for (const [key, { until }] of current) {
        if (until === null) continue;
        expect(until).toBeGreaterThan(this.#now);
        expect(current.until).toBeLessThanOrEqual(until);
        expect(evaluate(this.plan, this.listed, until - 1).has(key)).toBe(current.has(key));
      }
    }
  }
}

function replay(view: Map<string, boolean>, changes: readonly MembershipChange[]): void {
  for (const { segment, member } of changes) {
    expect(view.get(segment)).toBe(!member);
    view.set(segment, member);
  }
}

describe("memberships that are kept current (laws 1 and 5)", () => {
  test("are those of a new evaluation, whatever happens, and time changes them at its exact instants", () => {
    fc.assert(
      fc.property(
        livelyRuleset,
        fc.boolean(),
        user,
        instant,
        fc.array(happening, { minLength: 4, maxLength: 30 }),
        (definitions, isBrought, someone, now, happenings) => {
          const program = link(definitions, { given: isBrought ? ["s0"] : [] });
          const subject = new Subject(load(program, ALL_FEATURES), someone, now);
          for (const one of happenings) subject.happen(one);
        },
      ),
      { numRuns: RUNS },
    );
  }, 600_000);

  test("change within a second at the first ms at which the list's answer differs", () => {
    const span = 1_000;
    fc.assert(
      fc.property(livelyRuleset, user, instant, fc.nat(span), (definitions, someone, edge, before) => {
        const plan = load(link(definitions), ALL_FEATURES);
        const listed = { ...someone, events: new EventLog(someone.events) };
        const from = edge - before;
        const current = new CurrentMemberships(plan, listed, from);
        const expected = [];
        let last = evaluate(plan, listed, from);
        for (let at = from + 1; at < from + span; at++) {
          const next = evaluate(plan, listed, at);
          for (const [segment, { member }] of next) {
            if (member !== last.has(segment)) expected.push({ segment, member, at });
          }
          last = next;
        }
        expect(current.advance(listed, from + span - 1)).toEqual(expected);
      }),
      { numRuns: RUNS / 10 },
    );
  }, 600_000);
});
