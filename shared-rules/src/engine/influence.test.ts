import { describe, expect, test } from "vitest";
import { ALL_FEATURES, compile } from "../compile.ts";
import { link } from "../link/link.ts";
import type { Ruleset } from "../rule.ts";
import { load } from "./evaluate.ts";
import { affected } from "./influence.ts";

const ruleset: Ruleset = {
  zone: "UTC",
  segments: {
    top: { rule: { any: [{ segment: "buyer" }, { segment: "worth" }] } },
    buyer: { rule: { event: "buy", op: "gte", value: 1 } },
    anything: { rule: { event: "*", op: "gte", value: 9 } },
    abandoned: { rule: { sequence: [{ event: "add" }, { not: { event: "buy" }, atMost: { days: 1 } }] } },
    worth: { rule: { formula: "spent / visits", op: "gt", value: { formula: "least" } } },
    pro: { rule: { trait: "plan", op: "eq", value: "pro" } },
    all: { rule: { all: [{ segment: "top" }, { segment: "pro" }, { segment: "private" }] } },
    private: { rule: { trait: "secret", op: "exists" } },
    vip: { members: ["ann"] },
  },
  computed: {
    spent: { event: "buy", measure: { sum: "amount" } },
    visits: "coalesce(count, trips)",
    count: { event: "visit" },
  },
};

describe("what a change can reach", () => {
  const plan = load(link(ruleset, { given: ["private"] }), ALL_FEATURES);

  test.each([
    ["an event", { events: ["add"] }, ["anything", "abandoned"]],
    [
      "an event that formulas read through others",
      { events: ["visit"] },
      ["worth", "top", "anything", "all"],
    ],
    [
      "events of several names",
      { events: ["buy", "add"] },
      ["buyer", "worth", "top", "anything", "abandoned", "all"],
    ],
    ["an event that none names", { events: ["other"] }, ["anything"]],
    ["a trait", { traits: ["plan"] }, ["pro", "all"]],
    ["a trait that a computed trait reads", { traits: ["trips"] }, ["worth", "top", "all"]],
    ["a trait of a second formula", { traits: ["least"] }, ["worth", "top", "all"]],
    ["a trait that only a private rule reads", { traits: ["secret"] }, []],
    ["a brought answer", { answers: ["private"] }, ["private", "all"]],
    ["a list of ids or a rule here is no brought answer", { answers: ["vip", "pro"] }, []],
    ["names that every object answers to", { events: ["constructor"], traits: ["__proto__"] }, ["anything"]],
    ["nothing", {}, []],
  ])("%s", (_, change, expected) => {
    const found = affected(plan, change);
    expect([...found].sort()).toEqual([...expected].sort());
    const positions = found.map((key) => plan.positions.get(key) ?? -1);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  test("a rule that is decided here is read itself", () => {
    expect(affected(compile(ruleset), { traits: ["secret"] })).toEqual(["private", "all"]);
  });
});
