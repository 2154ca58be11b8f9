import { describe, expect, test } from "vitest";
import { reads } from "../reads.ts";
import type { Rule, Ruleset } from "../rule.ts";
import { link } from "./link.ts";

const program = (segments: { [key: string]: Rule }, rest: Partial<Ruleset> = {}) =>
  link({
    zone: "Europe/Berlin",
    segments: Object.fromEntries(Object.entries(segments).map(([key, rule]) => [key, { rule }])),
    ...rest,
  });

describe("a program", () => {
  test("holds what is equal once", () => {
    const visits: Rule = {
      event: "visit",
      where: { prop: "path", op: "eq", value: "/" },
      within: { days: 7 },
      op: "gte",
      value: 2,
    };
    const linked = program({
      a: visits,
      b: { any: [visits, { ...visits, value: 3 }] },
      c: { ...visits, within: { hours: 168 } },
    });
    expect(linked.series).toHaveLength(1);
    expect(linked.operands).toHaveLength(1);
    expect(linked.tests).toHaveLength(2);
  });

  test("is JSON, and the same for the same ruleset", () => {
    const rules: { [key: string]: Rule } = {
      a: {
        formula: "n / max(m, 1)",
        let: { n: { event: "buy", measure: { sum: "amount" } } },
        op: "gt",
        value: { formula: "m" },
      },
      b: { trait: "since", op: "before", value: "2024-03-01" },
      c: { sequence: [{ event: "add" }, { not: { event: "buy" }, atMost: { minutes: 10 } }] },
      d: { bucket: "x", op: "lt", value: 50 },
    };
    const linked = program(rules);
    expect(JSON.parse(JSON.stringify(linked))).toEqual(linked);
    expect(JSON.stringify(program(rules))).toBe(JSON.stringify(linked));
    expect(linked.needs).toEqual(["buckets", "dates", "formulas", "measures", "sequences"]);
  });

  test("names days by the workspace's zone", () => {
    const { tests } = program({ a: { trait: "since", op: "on", value: "2024-03-31" } });
    expect(tests[0]?.[2]).toEqual([Date.parse("2024-03-30T23:00:00Z"), Date.parse("2024-03-31T22:00:00Z")]);
  });

  test("holds only the computed traits that a rule depends on", () => {
    const linked = program(
      { a: { formula: "score", op: "gt", value: 1 } },
      { computed: { score: "visits * weight", visits: { event: "visit" }, margin: "secretCost / 2" } },
    );
    expect(JSON.stringify(linked)).not.toContain("secretCost");
    expect(reads(linked).traits).toEqual(new Set(["weight"]));
  });

  test("cuts a cycle, which validation refuses, without hanging (RULES.md §10)", () => {
    const linked = program(
      { a: { segment: "b" }, b: { not: { segment: "a" } }, c: { formula: "x", op: "exists" } },
      { computed: { x: "y + 1", y: "x + 1" } },
    );
    expect(linked.segments).toHaveLength(3);
  });
});

describe("reads", () => {
  const linked = program({
    vip: { trait: "plan", op: "eq", value: "pro" },
    near: {
      all: [
        { segment: "vip" },
        { event: "buy", where: { prop: "sku", op: "exists" }, measure: { sum: "" }, op: "gt", value: 1 },
        { event: "*", op: "gte", value: 1 },
        {
          sequence: [
            { event: "add", where: { all: [{ first: true }, { prop: "price", op: "gt", value: 1 }] } },
          ],
        },
        { formula: "a + b", let: { b: { trait: "city" } }, op: "gt", value: { formula: "c" } },
      ],
    },
    half: { bucket: "s", op: "lt", value: 50 },
  });

  test("names the traits, events, properties and segments that a segment itself reads", () => {
    const { traits, events, ids, segments, answers } = reads(linked, "near");
    expect([...traits].sort()).toEqual(["a", "c", "city"]);
    expect(events).toEqual(
      new Map([
        ["buy", new Set(["sku", ""])],
        ["*", new Set()],
        ["add", new Set(["price"])],
      ]),
    );
    expect({ ids, answers, segments }).toEqual({
      ids: false,
      answers: new Set(),
      segments: new Set(["vip"]),
    });
    const brought = link({ zone: "UTC", segments: { vip: { members: [] } } }, { given: ["vip"] });
    expect(reads(brought).answers).toEqual(new Set(["vip"]));
    expect(reads(linked, "half").ids).toBe(true);
  });

  test("of a whole program are those of all its segments", () => {
    expect([...reads(linked).traits].sort()).toEqual(["a", "c", "city", "plan"]);
  });
});
