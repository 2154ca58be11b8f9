import { describe, expect, test } from "vitest";
import { compile } from "../compile.ts";
import type { Rule, Ruleset } from "../rule.ts";
import { explain } from "./explain.ts";

const text = (rule: Rule, rest: Partial<Ruleset> = {}) =>
  explain(compile({ zone: "UTC", segments: { s: { rule } }, ...rest }), "s", { traits: {}, events: [] }, 0)
    ?.text;

describe("a condition in words", () => {
  test.each<[Rule, string]>([
    [
      { trait: "plan", op: "in", value: ["pro", "team"], ignoreCase: true },
      'plan is one of "pro", "team" (any case)',
    ],
    [{ trait: "born", op: "anniversary" }, "born has its anniversary today"],
    [{ trait: "seen", op: "olderThan", value: { hours: 48 } }, "seen is at least 2 days ago"],
    [{ trait: "email", op: "missing" }, "email is missing"],
    [{ event: "visit", within: { days: 7 }, op: "gte", value: 2 }, 'count of "visit" in the last 7 days ≥ 2'],
    [
      {
        event: "*",
        measure: { sum: "amount" },
        within: { calendar: "month", offset: -1 },
        op: "gt",
        value: 5,
      },
      "sum of amount of any event last month > 5",
    ],
    [
      {
        event: "buy",
        where: { any: [{ first: true }, { not: { prop: "sku", op: "eq", value: "x" } }] },
        within: { ago: [{ days: 9 }, { days: 2 }] },
        op: "eq",
        value: 0,
      },
      'count of "buy" where (it is the first or not (sku is "x")) from 9 days to 2 days ago is 0',
    ],
    [
      { formula: "-a / max(b, 1)", op: "lt", value: { formula: "year(now)" } },
      "(-(a) / max(b, 1)) < year(now)",
    ],
    [
      {
        sequence: [{ event: "add" }, { not: { event: "buy" }, atMost: { minutes: 10 } }],
        within: { days: 30 },
      },
      '"add", then no "buy" within 10 minutes in the last 30 days',
    ],
    [{ bucket: "x", op: "between", value: [0, 50] }, 'bucket "x" is from 0 to 50'],
    [{ segment: "nope" }, "a segment that is not live"],
    [{ all: [] }, "everyone"],
  ])("%j", (rule, words) => {
    expect(text(rule)).toBe(words);
  });
});

test("each condition has its operand, answer and next change", () => {
  const rule: Rule = {
    all: [{ event: "visit", within: { seconds: 10 }, op: "gte", value: 1 }, { segment: "pro" }],
  };
  const plan = compile({
    zone: "UTC",
    segments: { s: { rule }, pro: { rule: { trait: "plan", op: "eq", value: "pro" } } },
  });
  const user = { traits: { plan: "free" }, events: [{ id: "1", name: "visit", ts: 1_000, props: {} }] };
  expect(explain(plan, "s", user, 2_000)).toEqual({
    text: "all of these hold",
    member: false,
    until: null,
    parts: [
      { text: 'count of "visit" in the last 10 seconds ≥ 1', member: true, until: 11_000, operand: 1 },
      {
        text: 'in segment "pro"',
        member: false,
        until: null,
        parts: [{ text: 'plan is "pro"', member: false, until: null, operand: "free" }],
      },
    ],
  });
  expect(explain(plan, "nope", user, 2_000)).toBeUndefined();
});

test("what is shared many times over is written once or cut short", () => {
  const computed = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, i) => [`c${i}`, `c${i + 1} + c${i + 1}`]),
  );
  expect(text({ formula: "c0", op: "exists" }, { computed })?.length).toBeLessThan(3_000);
  const segments: Record<string, { rule: Rule }> = { s5000: { rule: { all: [] } } };
  for (let i = 0; i < 5_000; i++)
    segments[`s${i}`] = { rule: { any: [{ segment: `s${i + 1}` }, { segment: `s${i + 1}` }] } };
  const plan = compile({ zone: "UTC", segments });
  expect(JSON.stringify(explain(plan, "s0", { traits: {}, events: [] }, 0)).length).toBeLessThan(10_000);
});
