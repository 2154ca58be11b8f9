import { describe, expect, test } from "vitest";
import { ALL_FEATURES, compile } from "../compile.ts";
import { EventLog } from "../event-log.ts";
import { LIMITS } from "../limits.ts";
import { link } from "../link/link.ts";
import type { Rule, Ruleset } from "../rule.ts";
import type { User } from "../user.ts";
import { CurrentMemberships } from "./current-memberships.ts";
import { load } from "./evaluate.ts";

const rules = (segments: { [key: string]: Rule }): Ruleset => ({
  zone: "UTC",
  segments: Object.fromEntries(Object.entries(segments).map(([key, rule]) => [key, { rule }])),
});
const recent: Rule = { event: "visit", within: { seconds: 10 }, op: "gte", value: 1 };
const visit = (id: string, ts: number) => ({ id, name: "visit", ts, props: {} });

describe("an update", () => {
  test("gives what has changed, those that refer to others after them", () => {
    const plan = compile(
      rules({ idle: { not: { segment: "recent" } }, recent, pro: { trait: "plan", op: "exists" } }),
    );
    const events = new EventLog();
    const user: User = { traits: {}, events };
    const current = new CurrentMemberships(plan, user, 1_000);
    expect([...current]).toEqual([
      ["recent", { member: false, until: null }],
      ["idle", { member: true, until: null }],
      ["pro", { member: false, until: null }],
    ]);
    events.add(visit("1", 1_500));
    expect(current.update(user, { events: ["visit"] }, 2_000)).toEqual([
      { segment: "recent", member: true, at: 2_000 },
      { segment: "idle", member: false, at: 2_000 },
    ]);
    expect(current.get("idle")).toEqual({ member: false, until: 11_500 });
    expect(current.until).toBe(11_500);
    expect(current.update({ ...user, traits: { plan: "x" } }, { traits: ["plan"] }, 3_000)).toEqual([
      { segment: "pro", member: true, at: 3_000 },
    ]);
    expect([current.has("recent"), current.has("nope"), current.get("nope")]).toEqual([
      true,
      false,
      undefined,
    ]);
  });

  test("moves the `until` of those that refer to a segment, though no member changes", () => {
    const plan = compile(rules({ recent, same: { all: [{ segment: "recent" }] } }));
    const events = new EventLog([visit("1", 0)]);
    const user: User = { traits: {}, events };
    const current = new CurrentMemberships(plan, user, 1_000);
    expect(current.get("same")).toEqual({ member: true, until: 10_000 });
    events.add(visit("2", 2_000));
    expect(current.update(user, { events: ["visit"] }, 2_000)).toEqual([]);
    expect(current.get("same")).toEqual({ member: true, until: 12_000 });
  });

  test("looks at nothing but what the change can reach", () => {
    const looks: string[] = [];
    const traits = {
      get plan() {
        looks.push("plan");
        return "pro";
      },
      get age() {
        looks.push("age");
        return 30;
      },
    };
    const plan = compile(
      rules({
        pro: { trait: "plan", op: "eq", value: "pro" },
        adult: { trait: "age", op: "gte", value: 18 },
        both: { all: [{ segment: "pro" }, { segment: "adult" }, { event: "visit", op: "gte", value: 1 }] },
      }),
    );
    const events = new EventLog();
    const user: User = { traits, events };
    const current = new CurrentMemberships(plan, user, 0);
    looks.length = 0;
    events.add(visit("1", 0));
    expect(current.update(user, { events: ["visit"] }, 0)).toEqual([
      { segment: "both", member: true, at: 0 },
    ]);
    expect(looks).toEqual([]);
    expect(current.update(user, { traits: ["plan"] }, 0)).toEqual([]);
    expect(looks).toEqual(["plan"]);
  });

  test("takes answers that the caller brings, and their `until`, fractions of a ms too", () => {
    const plan = load(
      link(rules({ secret: recent, open: { segment: "secret" } }), { given: ["secret"] }),
      ALL_FEATURES,
    );
    const bring = (member: boolean, until: number): User => ({
      traits: {},
      events: [],
      answers: new Map([["secret", { member, until }]]),
    });
    const current = new CurrentMemberships(plan, { traits: {}, events: [] }, 0);
    expect(current.update(bring(true, 5.5), { answers: ["secret"] }, 1)).toEqual([
      { segment: "secret", member: true, at: 1 },
      { segment: "open", member: true, at: 1 },
    ]);
    expect(current.get("open")).toEqual({ member: true, until: 5.5 });
    expect(current.advance(bring(true, 5.5), 9)).toEqual([]);
    expect(current.until).toBeNull();
  });

  test("at an instant before the last one answers all anew", () => {
    const user: User = { traits: {}, events: new EventLog([visit("1", 5_000)]) };
    for (const back of ["update", "advance"] as const) {
      const current = new CurrentMemberships(compile(rules({ recent })), user, 6_000);
      const changes = back === "update" ? current.update(user, {}, 1_000) : current.advance(user, 1_000);
      expect(changes).toEqual([{ segment: "recent", member: false, at: 1_000 }]);
      expect(current.until).toBe(5_000);
    }
  });

  test("of one user leaves those of another alone", () => {
    const plan = compile(
      rules({ recent, same: { segment: "recent" }, pro: { trait: "plan", op: "exists" } }),
    );
    const [ann, bob]: User[] = [
      { traits: { plan: "x" }, events: [visit("1", 0)] },
      { traits: {}, events: [] },
    ];
    if (!ann || !bob) throw new Error("two users");
    const [first, second] = [new CurrentMemberships(plan, ann, 0), new CurrentMemberships(plan, bob, 0)];
    second.update(bob, { events: ["visit"], traits: ["plan"] }, 1);
    expect([...first].map(([, { member }]) => member)).toEqual([true, true, true]);
    expect(first.advance(ann, 20_000)).toHaveLength(2);
    expect([...second].map(([, { member }]) => member)).toEqual([false, false, false]);
  });
});

describe("time that passes (law 5)", () => {
  test("gives every change at its exact instant, in order", () => {
    const plan = compile(rules({ recent, idle: { not: { segment: "recent" } } }));
    const user: User = { traits: {}, events: new EventLog([visit("1", 1_000), visit("2", 50_000)]) };
    const current = new CurrentMemberships(plan, user, 2_000);
    expect(current.advance(user, 10_999)).toEqual([]);
    expect(current.advance(user, 60_000)).toEqual([
      { segment: "recent", member: false, at: 11_000 },
      { segment: "idle", member: true, at: 11_000 },
      { segment: "recent", member: true, at: 50_000 },
      { segment: "idle", member: false, at: 50_000 },
      { segment: "recent", member: false, at: 60_000 },
      { segment: "idle", member: true, at: 60_000 },
    ]);
    expect(current.until).toBeNull();
  });

  test.each([
    [LIMITS.instants - 1, true],
    [LIMITS.instants, true],
    [LIMITS.instants + 1, false],
  ])("over %i instants that are due; exact: %s", (instants, exact) => {
    const everyMs: Rule = { formula: "now", op: "lt", value: 0 };
    const [from, to] = [1e6, 1e6 + instants];
    const user: User = { traits: {}, events: new EventLog([visit("1", to - 1 - 10_000)]) };
    const current = new CurrentMemberships(compile(rules({ everyMs, recent })), user, from);
    expect(current.until).toBe(from + 1);
    expect(current.advance(user, to)).toEqual([
      { segment: "recent", member: false, at: exact ? to - 1 : to },
    ]);
  });
});

test("a plan without segments has no memberships", () => {
  const current = new CurrentMemberships(compile(rules({})), { traits: {}, events: [] }, 0);
  expect([[...current], current.until]).toEqual([[], null]);
  expect(current.advance({ traits: {}, events: [] }, 1)).toEqual([]);
});
