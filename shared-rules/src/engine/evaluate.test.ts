import { describe, expect, test } from "vitest";
import { compile } from "../compile.ts";
import { link } from "../link/link.ts";
import type { Rule, Ruleset, SegmentDefinition } from "../rule.ts";
import { decider, isMember } from "./decide.ts";
import { evaluate, load } from "./evaluate.ts";

const plan = (segments: Ruleset["segments"], rest: Partial<Ruleset> = {}) =>
  compile({ zone: "UTC", segments, ...rest });
const ann = {
  id: "ann",
  traits: { plan: "pro" },
  events: [{ id: "1", name: "visit", ts: 1_000, props: {} }],
};
const pro: SegmentDefinition = { rule: { trait: "plan", op: "eq", value: "pro" } };
const recent: SegmentDefinition = { rule: { event: "visit", within: { seconds: 10 }, op: "gte", value: 1 } };

describe("memberships", () => {
  test("of all segments, in the order in which they depend on one another", () => {
    const answers = evaluate(
      plan({ both: { rule: { all: [{ segment: "pro" }, { segment: "recent" }] } }, pro, recent }),
      ann,
      2_000,
    );
    expect(Object.fromEntries(answers)).toEqual({
      pro: { member: true, until: null },
      recent: { member: true, until: 11_000 },
      both: { member: true, until: 11_000 },
    });
    expect(answers.until).toBe(11_000);
  });

  test("of one segment, asked for by itself", () => {
    const one = plan({ pro, recent });
    for (const now of [2_000, 20_000]) {
      expect(decider(one, "pro")(ann, now)).toBe(true);
      expect(decider(one, "recent")(ann, now)).toBe(now === 2_000);
      expect(decider(one, "nope")(ann, now)).toBe(false);
    }
    expect(decider(one, "pro")).toBe(decider(one, "pro"));
  });

  test("of those asked for; what the plan does not know is left out", () => {
    const answers = evaluate(plan({ pro, recent }), ann, 2_000, ["recent", "nope", "recent"]);
    expect(answers.keys).toEqual(["recent"]);
    expect(answers.has("pro")).toBe(false);
    expect(answers.get("pro")).toBeUndefined();
    expect(answers.get("nope")).toBeUndefined();
  });

  test("of those asked for look at what these need and at nothing else", () => {
    const looks: string[] = [];
    const traits = new Proxy(
      { plan: "pro", age: 30 },
      {
        get: (target, name, receiver) => {
          looks.push(String(name));
          return Reflect.get(target, name, receiver);
        },
      },
    );
    const one = plan({
      pro,
      old: { rule: { trait: "age", op: "gt", value: 40 } },
      same: { rule: { segment: "pro" } },
    });
    expect([...evaluate(one, { traits, events: [] }, 0, ["same"])]).toEqual([
      ["same", { member: true, until: null }],
    ]);
    expect(looks).toEqual(["plan"]);
  });

  test("stay as they were when the plan answers for another user", () => {
    const one = plan({ pro, recent });
    const first = evaluate(one, ann, 2_000);
    evaluate(one, { traits: {}, events: [] }, 2_000);
    expect(first.has("pro")).toBe(true);
    expect(first.get("recent")).toEqual({ member: true, until: 11_000 });
  });

  test("an answer that stands beyond the year 9999 stands for good", () => {
    const long: SegmentDefinition = { rule: { event: "visit", within: { weeks: 1e9 }, op: "gte", value: 1 } };
    const endless: SegmentDefinition = { rule: { trait: "since", op: "within", value: { weeks: 1e308 } } };
    const answers = evaluate(
      load(JSON.parse(JSON.stringify(plan({ long, endless }).program)), plan({}).features),
      { ...ann, traits: { since: 5 } },
      2_000,
    );
    expect(answers.get("long")).toEqual({ member: true, until: null });
    expect(answers.get("endless")).toEqual({ member: true, until: null });
  });
});

describe("the edges of time", () => {
  const now = 1_710_504_000_000;
  const visit = (ts: number) => [{ id: "1", name: "visit", ts, props: {} }];
  const days = 105_000_001;

  test.each([
    [{ days }, true],
    [{ days: Number.MAX_SAFE_INTEGER }, true],
    [{ weeks: 1e300 }, true],
    [{ olderThan: { days } }, false],
    [{ ago: [{ days: days + 1 }, { days }] }, false],
    [{ ago: [{ days }, { days: 1 }] }, false],
  ] as const)("a window of %j is answered", (within, expected) => {
    for (const ts of [now - 1, now - 2, now - 3]) {
      const rule = { event: "visit", within, op: "gte", value: 1 } as Rule;
      expect(evaluate(plan({ s: { rule } }), { traits: {}, events: visit(ts) }, now).get("s")?.member).toBe(
        expected,
      );
    }
  });

  test("an event of any year counts, and so does a year that only the zone is in yet", () => {
    const before: Rule = { event: "visit", op: "eq", value: 1 };
    const first = -62_135_596_800_000;
    expect(
      isMember(plan({ s: { rule: before } }), "s", { traits: {}, events: visit(first - 1) }, first),
    ).toBe(true);
    const year = plan(
      { s: { rule: { event: "visit", within: { calendar: "year" }, op: "gte", value: 1 } } },
      { zone: "Africa/Cairo" },
    );
    const turn = 253_402_293_600_000;
    expect(evaluate(year, { traits: {}, events: visit(turn - 1) }, turn - 1).get("s")).toEqual({
      member: true,
      until: turn,
    });
    expect(isMember(year, "s", { traits: {}, events: visit(turn) }, turn)).toBe(true);
  });

  test("a date-time is in the year that it is in UTC", () => {
    const rule: Rule = { trait: "t", op: "before", value: 0 };
    for (const [t, expected] of [
      ["0000-12-31T23:59-01:00", true],
      ["0001-01-01T00:59+01:00", false],
      ["0000-12-31", false],
    ] as const) {
      expect(isMember(plan({ s: { rule } }), "s", { traits: { t }, events: [] }, now)).toBe(expected);
    }
  });

  test("a number of a formula that is too large for a double is absent (RULES.md §5)", () => {
    const rule: Rule = { formula: `coalesce(${"9".repeat(400)}, 7)`, op: "eq", value: 7 };
    expect(isMember(plan({ s: { rule } }), "s", { traits: {}, events: [] }, now)).toBe(true);
  });
});

describe("segments that are no rule", () => {
  const members = ["ann", "device-1"];
  test.each([
    ["a static list holds the user's id", { vip: { members } }, true],
    ["a paused one has the members that it had", { vip: { ...recent, status: "paused", members } }, true],
    ["a paused one without a list has none", { vip: { ...pro, status: "paused" } }, false],
    ["a draft is not evaluated", { vip: { ...pro, status: "draft" } }, undefined],
    ["nor is an archived one", { vip: { members, status: "archived" } }, undefined],
  ] as [string, Ruleset["segments"], boolean | undefined][])("%s", (_, segments, expected) => {
    expect(evaluate(plan(segments), ann, 0).get("vip")?.member).toBe(expected);
  });

  test("a list is compared with the anonymous id only where there is no user id", () => {
    const vip = plan({ vip: { members } });
    expect(isMember(vip, "vip", { anonymousId: "device-1", traits: {}, events: [] }, 0)).toBe(true);
    expect(isMember(vip, "vip", { id: "bob", anonymousId: "device-1", traits: {}, events: [] }, 0)).toBe(
      false,
    );
    expect(isMember(vip, "vip", { traits: {}, events: [] }, 0)).toBe(false);
  });

  test("a reference to one that is missing, a draft or archived is false", () => {
    const segments: Ruleset["segments"] = {
      draft: { ...pro, status: "draft" },
      old: { ...pro, status: "archived" },
    };
    for (const key of ["nope", "draft", "old"]) {
      const one = plan({ ...segments, not: { rule: { not: { segment: key } } } });
      expect(isMember(one, "not", ann, 0)).toBe(true);
    }
  });

  test("a given answer is the caller's, with its until (RULES.md §10)", () => {
    const segments: Ruleset["segments"] = { secret: pro, open: { rule: { not: { segment: "secret" } } } };
    const program = link({ zone: "UTC", segments }, { given: ["secret"] });
    expect(JSON.stringify(program)).not.toContain("plan");
    const answers = new Map([["secret", { member: true, until: 5_000 }]]);
    expect(evaluate(load(program), { ...ann, answers }, 2_000).get("open")).toEqual({
      member: false,
      until: 5_000,
    });
    expect(evaluate(load(program), ann, 2_000).get("open")).toEqual({ member: true, until: null });
  });
});

describe("evaluation is total", () => {
  const chain = 10_000;

  test("any number of events to come is looked at for a count's next change", () => {
    const events = Array.from({ length: 2 * chain }, (_, at) => ({
      ...ann.events[0],
      id: `${at}`,
      ts: at * 500,
    }));
    const last = events.at(-1)?.ts ?? 0;
    const rule: Rule = { event: "visit", within: { seconds: 1 }, op: "gte", value: 1 };
    const user = { traits: {}, events: events.map((one) => ({ name: "visit", props: {}, ...one })) };
    expect(evaluate(plan({ often: { rule } }), user, 0).get("often")).toEqual({
      member: true,
      until: last + 1_000,
    });
  });

  test("a chain of references of any length is answered", () => {
    const segments: { [key: string]: SegmentDefinition } = { [`s${chain}`]: pro };
    for (let i = 0; i < chain; i++)
      segments[`s${i}`] = { rule: { all: [{ segment: `s${i + 1}` }, { segment: `s${i + 1}` }] } };
    expect(isMember(plan(segments), "s0", ann, 0)).toBe(true);
    expect(evaluate(plan(segments), ann, 0).has("s0")).toBe(true);
  });

  test("a chain of computed traits of any length is answered", () => {
    const computed = Object.fromEntries(
      Array.from({ length: chain }, (_, i) => [`c${i}`, `(c${i + 1} + c${i + 1}) / 2`]),
    );
    const sum = plan({ sum: { rule: { formula: "c0", op: "eq", value: 7 } } }, { computed });
    expect(isMember(sum, "sum", { traits: { [`c${chain}`]: 7 }, events: [] }, 0)).toBe(true);
  });

  test("whatever stands for a user or an instant has an answer", () => {
    const everything = plan({
      sum: { rule: { event: "visit", measure: { sum: "p" }, op: "gte", value: 1 } },
      days: { rule: { event: "*", measure: "days", op: "gte", value: 1 } },
      date: { rule: { trait: "plan", op: "anniversary" } },
      where: { rule: { event: "visit", where: { prop: "q", op: "exists" }, op: "gte", value: 1 } },
      bucket: { rule: { bucket: "x", op: "lt", value: 0 } },
    });
    const users = [
      null,
      5,
      "x",
      [],
      {},
      { traits: null, events: {} },
      { traits: 7, events: [null, 5, {}, { id: "a", name: "visit", ts: 5, props: null }] },
    ];
    for (const user of users) {
      for (const now of [0, Number.NaN, 1e300, -1e300, Number.POSITIVE_INFINITY]) {
        expect(
          [...evaluate(everything, user as never, now)].filter(
            ([key, { member }]) => member && key !== "days",
          ),
        ).toEqual([]);
      }
    }
  });
});
