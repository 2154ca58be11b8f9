import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { compile } from "../compile.ts";
import { evaluate } from "../engine/evaluate.ts";
import type { Plan } from "../engine/plan.ts";
import type { Rule, Ruleset } from "../rule.ts";
import { instant, ruleset, user } from "../testing/arbitraries.ts";
import type { UserEvent } from "../user.ts";
import { SLACK } from "./forgetting.ts";
import { layoutOf } from "./layout.ts";
import { pick, rebuild, UserState } from "./user-state.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);
const LONG = 1_800_000;
const DAY = 86_400_000;
const NOW = Date.UTC(2024, 5, 1);

const event = (id: string, ts: number, props: UserEvent["props"] = {}, name = "buy"): UserEvent => ({
  id,
  name,
  ts,
  props,
});
const plan = (...rules: Rule[]) =>
  compile({ zone: "UTC", segments: Object.fromEntries(rules.map((rule, at) => [`s${at}`, { rule }])) });
const bytes = (state: UserState, now: number) => JSON.stringify(state.save(now));

/** Values and ids at the edges of what may stand there, in place of some that a user has. */
const EDGES: readonly unknown[] = [
  ...[0.1, -0, 1e300, -1e300, 5e-324, 2 ** 53, -(2 ** 60), -1.7976931348623157e308, 19.99, 1e-7],
  ...["\ud800", "\udc00\ud800", "a\0b", '"\\', "", " ", "\u2028", "__proto__"],
];
const IDS = ["__proto__", "constructor", '"', "\\", "!", "~", "#", "a".repeat(128)];
const edgy = fc.tuple(user, fc.array(fc.nat(), { minLength: 24, maxLength: 24 })).map(([someone, keys]) => {
  const [ids, values] = [new Set(someone.events.map(({ id }) => id)), keys.values()];
  const next = () => values.next().value ?? 0;
  const events = someone.events.map((one) => {
    const id = IDS[next() % (3 * IDS.length)] ?? one.id;
    const fresh = id === one.id || !ids.has(id);
    ids.add(id);
    const edge = EDGES[next() % (2 * EDGES.length)];
    const props = Object.fromEntries(
      Object.entries(one.props).map(([name, value]) => [name, edge === undefined ? value : edge]),
    );
    return { ...one, id: fresh ? id : one.id, props };
  });
  return { ...someone, events };
});

/** A permutation by random keys. */
const order = fc.array(fc.nat(), { minLength: 12, maxLength: 12 });
const permute = <T>(list: readonly T[], keys: readonly number[]): T[] =>
  list
    .map((one, at) => ({ one, key: keys[at] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);

describe("a state (laws 1 and 2)", () => {
  test(
    "answers as the whole list of events does, whatever it was saved and forgot on the way",
    () => {
      fc.assert(
        fc.property(
          ruleset,
          edgy,
          order,
          fc.array(instant, { minLength: 1, maxLength: 4 }),
          (definitions, someone, keys, nows) => {
            const one = compile(definitions);
            let past = new UserState(one);
            const instants = [...nows].sort((a, b) => a - b);
            const events = permute(someone.events, keys);
            for (const [at, now] of instants.entries()) {
              // A part of the events arrives before each instant, in any order: late, in time, or before their time.
              for (const each of events.splice(0, Math.ceil(events.length / (instants.length - at))))
                past.apply(each);
              past = new UserState(one, JSON.parse(bytes(past, now)));
              const arrived = someone.events.filter((each) => !events.includes(each));
              for (const back of [0, SLACK]) {
                const expected = evaluate(one, { ...someone, events: arrived }, now - back);
                const found = evaluate(one, { ...someone, events: [], past: past.of(one) }, now - back);
                expect([...found].map(([key, { member }]) => [key, member])).toEqual(
                  [...expected].map(([key, { member }]) => [key, member]),
                );
              }
              // Asking changes nothing.
              expect(bytes(past, now)).toBe(bytes(rebuild(one, arrived), now));
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test(
    "has the same bytes for the same set, in any order and from any parts",
    () => {
      fc.assert(
        fc.property(ruleset, edgy, order, instant, instant, (definitions, { events }, keys, now, earlier) => {
          const one = compile(definitions);
          const expected = bytes(rebuild(one, events), now);
          const shuffled = permute(events, keys);
          expect(bytes(rebuild(one, shuffled), now)).toBe(expected);
          const [left, right] = [new UserState(one), new UserState(one)];
          for (const [at, each] of shuffled.entries()) ((keys[at] ?? 0) % 2 ? left : right).apply(each);
          // A part is saved, read again and only then has more to take in.
          const between = JSON.parse(bytes(right, Math.min(now, earlier)));
          left.merge(new UserState(one, between));
          expect(bytes(left, now)).toBe(expected);
          const [late, ...rest] = shuffled;
          if (late) {
            const read = new UserState(one, JSON.parse(bytes(rebuild(one, rest), Math.min(now, earlier))));
            read.apply(late);
            expect(bytes(read, now)).toBe(expected);
          }
          expect(bytes(new UserState(one, JSON.parse(expected)), now)).toBe(expected);
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test(
    "an `until` from a state is sound",
    () => {
      fc.assert(
        fc.property(
          ruleset,
          user,
          instant,
          fc.double({ min: 0, max: 1, noNaN: true }),
          (definitions, someone, now, share) => {
            const one = compile(definitions);
            const past = new UserState(one, JSON.parse(bytes(rebuild(one, someone.events), now)));
            for (const [key, { member, until }] of evaluate(
              one,
              { ...someone, events: [], past: past.of(one) },
              now,
            )) {
              const later = Math.floor(now + ((until ?? now + 400 * DAY) - 1 - now) * share);
              expect(evaluate(one, someone, later).get(key)?.member).toBe(member);
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    LONG,
  );
});

describe("what is kept", () => {
  const many = Array.from({ length: 10_000 }, (_, at) =>
    event(`e${at}`, NOW - at * 60_000, { amount: at % 7, sku: `s${at % 5}` }),
  );

  test("a count over a rolling window keeps as many instants as its threshold needs", () => {
    const one = plan({ event: "buy", within: { days: 90 }, op: "gte", value: 3 });
    const few = bytes(rebuild(one, many.slice(0, 1_600)), NOW + 3 * DAY);
    const all = bytes(rebuild(one, many), NOW + 3 * DAY);
    expect(all.length).toBe(few.length);
    expect(all.length).toBeLessThan(200);
    const past = rebuild(one, many);
    past.forget(NOW + 3 * DAY);
    expect(evaluate(one, { traits: {}, events: [], past: past.of(one) }, NOW + 3 * DAY).get("s0")).toEqual({
      member: true,
      until: NOW - 2 * 60_000 + 90 * DAY,
    });
  });

  test("measures over all of time keep no events", () => {
    const measures = [
      "count",
      "days",
      "firstTime",
      "lastTime",
      ...(["sum", "avg", "min", "max", "distinct", "first", "last"] as const).map((of) => ({
        [of]: of === "distinct" ? "sku" : "amount",
      })),
    ];
    const rules = measures.map((measure) => ({ event: "buy", measure, op: "exists" }) as Rule);
    const one = plan(...rules);
    expect(bytes(rebuild(one, many), NOW + 3 * DAY).length).toBeLessThan(600);
    const values = (past?: UserState) =>
      rules.map((rule) => {
        const equal = plan({ ...rule, op: "gte", value: 3 } as Rule);
        return evaluate(
          equal,
          { traits: {}, events: many, ...(past && { past: rebuild(equal, many).of(equal) }) },
          NOW,
        ).has("s0");
      });
    expect(values(rebuild(one, many))).toEqual(values());
  });

  test("an empty text is a value, also where it is all that is left", () => {
    for (const [measure, op] of [
      ["distinct", "gte"],
      ["last", "exists"],
    ] as const) {
      const rule = {
        event: "buy",
        measure: { [measure]: "sku" },
        op,
        ...(op === "gte" && { value: 1 }),
      } as Rule;
      const one = plan(rule);
      const saved = JSON.parse(bytes(rebuild(one, [event("a", NOW, { sku: "" })]), NOW + 3 * DAY));
      const past = new UserState(one, saved).of(one);
      expect(evaluate(one, { traits: {}, events: [], past }, NOW + 3 * DAY).has("s0")).toBe(true);
    }
  });

  test("days read no property, whatever stands beside the instants", () => {
    const one = plan(
      { event: "buy", measure: "days", within: { days: 9 }, op: "gte", value: 2 },
      { sequence: [{ event: "buy" }, { event: "buy" }] },
    );
    const events = [event("__proto__", NOW), event('"', NOW), event("!", NOW - DAY)];
    const past = new UserState(one, JSON.parse(bytes(rebuild(one, events), NOW))).of(one);
    expect(evaluate(one, { traits: {}, events: [], past }, NOW).has("s0")).toBe(true);
  });

  test("a sum over a window keeps the samples of that window alone", () => {
    const one = plan({ event: "buy", measure: { sum: "amount" }, within: { hours: 2 }, op: "gte", value: 3 });
    const saved = rebuild(one, many).save(NOW);
    expect(JSON.stringify(saved).split(" ").length).toBeLessThan(26 * 60 + 10);
  });

  test.each([false, true])(
    "an event finds its place among many of one instant in few steps (ids: %s)",
    (ids) => {
      const sum: Rule = {
        event: "buy",
        measure: { sum: "amount" },
        op: "gte",
        value: 3,
        within: { days: 9 },
      };
      const one = plan(sum, ...(ids ? [{ sequence: [{ event: "buy" }, { event: "buy" }] }] : []));
      // A row that is kept is read, to compare it, by a map over its properties.
      const reads = vi.spyOn(Array.prototype, "map");
      const count = (events: readonly UserEvent[]) => {
        reads.mockClear();
        const state = rebuild(one, events);
        return { text: bytes(state, NOW), calls: reads.mock.calls.length };
      };
      const at = (key: number) => event(`e${key}`, NOW, { amount: key });
      const keys = Array.from({ length: 1_000 }, (_, key) => (key * 619) % 1_000);
      const { text, calls } = count(keys.map(at));
      expect(calls).toBeLessThan(1_000 * (2 * Math.log2(1_000) + 10));
      expect(count(keys.map((key) => at(999 - key))).text).toBe(text);
      reads.mockRestore();
    },
  );

  test("a new plan keeps the series that it shares with the old one, and the others are named", () => {
    const shared: Rule = { event: "buy", op: "gte", value: 3 };
    const old = rebuild(plan(shared), many).save(NOW);
    expect(UserState.missing(plan(shared), old)).toEqual([]);
    const wider = plan(shared, {
      event: "buy",
      where: { prop: "sku", op: "eq", value: "s1" },
      op: "gte",
      value: 1,
    });
    expect(UserState.missing(wider, old)).toHaveLength(1);
    const past = new UserState(wider, old);
    expect(evaluate(wider, { traits: {}, events: [], past: past.of(wider) }, NOW).has("s0")).toBe(true);
  });

  test("what nothing touches is not read, and a save is right all the same", () => {
    const one = plan(
      { event: "buy", within: { days: 7 }, op: "gte", value: 3 },
      { event: "visit", within: { days: 7 }, op: "gte", value: 3 },
    );
    const state = rebuild(one, [event("v", NOW - DAY, {}, "visit"), ...many.slice(0, 20)]);
    const saved = state.save(NOW);
    const later = new UserState(one, JSON.parse(JSON.stringify(saved)));
    for (const days of [1, 3, 7, 9, 30]) {
      expect(bytes(later, NOW + days * DAY)).toBe(
        bytes(rebuild(one, [...many.slice(0, 20), event("v", NOW - DAY, {}, "visit")]), NOW + days * DAY),
      );
    }
    expect(Object.values(later.save(NOW + 30 * DAY).series)).toEqual(["", ""]);
  });

  test("several plans share the series that they have in common, and each reads and is shipped its own", () => {
    const shared: Rule = { event: "buy", op: "gte", value: 3 };
    const [one, other] = [
      plan(shared, { event: "buy", where: { prop: "sku", op: "eq", value: "s1" }, op: "gte", value: 2_001 }),
      plan(shared),
    ];
    const state = rebuild([one, other], many);
    const saved = state.save(NOW);
    expect(Object.keys(saved.series)).toHaveLength(2);
    expect(layoutOf([one, other])).toBe(layoutOf([other, one, one]));
    expect(layoutOf([one, other])).toBe(layoutOf(one));
    expect(layoutOf(other)).not.toBe(layoutOf(one));
    const answers = (of: Plan, past: UserState) =>
      [...evaluate(of, { traits: {}, events: [], past: past.of(of) }, NOW)].map(([, { member }]) => member);
    expect(answers(one, state)).toEqual([true, false]);
    expect(answers(other, state)).toEqual([true]);
    const shipped = pick(saved, other);
    expect(Object.keys(shipped.series)).toHaveLength(1);
    expect(answers(other, new UserState(other, shipped))).toEqual([true]);
    expect(() => new UserState(other, shipped).of(one)).toThrow(RangeError);
    // What is missing is made of the events; what is there is not made again.
    expect(UserState.missing([one, other], shipped)).toHaveLength(1);
    expect(bytes(rebuild([one, other], many, shipped), NOW)).toBe(JSON.stringify(saved));
  });

  test("a user of 500 events in 90 days costs at most 4 kB with the catalogue's segments", () => {
    const lines = readFileSync(new URL("../../../test/vectors/catalog.jsonl", import.meta.url), "utf8")
      .trim()
      .split("\n");
    const cases: (Ruleset & { rule: Rule; users: { user: { events: UserEvent[] } }[] })[] = lines.map(
      (line) => JSON.parse(line),
    );
    const segments = Object.assign(
      {},
      ...cases.map((one, at) => ({ ...one.segments, [`c${at}`]: { rule: one.rule } })),
    );
    const computed = Object.assign({}, ...cases.map((one) => one.computed ?? {}));
    const samples = cases.flatMap(({ users }) => users.flatMap(({ user: { events } }) => events));
    const one = compile({ zone: "UTC", segments, computed });
    const of = (count: number) =>
      Array.from({ length: count }, (_, at) => {
        const { name, props } = samples[(at * 7919) % samples.length] ?? event("", 0);
        return event(`e${at}`, NOW - Math.floor(((at * 0.618034) % 1) * 90 * DAY), props, name);
      });
    const [small, large] = [
      bytes(rebuild(one, of(500)), NOW).length,
      bytes(rebuild(one, of(10_000)), NOW).length,
    ];
    console.log(`with ${cases.length} segments: 500 events ${small} bytes, 10,000 events ${large} bytes`);
    expect(small).toBeLessThanOrEqual(4_000);
  });
});
