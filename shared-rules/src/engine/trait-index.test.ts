import fc from "fast-check";
import { expect, test } from "vitest";
import { ALL_FEATURES } from "../compile.ts";
import { link } from "../link/link.ts";
import type { Rule } from "../rule.ts";
import { evaluate, load } from "./evaluate.ts";

const scalar = fc.constantFrom<string | number | boolean>(
  "a",
  "B",
  "ab",
  "1.2.0",
  0,
  1,
  1.5,
  -3,
  true,
  false,
);
const text = fc.constantFrom("a", "b", "", "1.2.0");
const number = fc.constantFrom(-3, 0, 1, 1.5, 2);
const ignoreCase = fc.boolean();
const trait = fc.constantFrom("x", "y", "__proto__");
const leaf: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ trait, op: fc.constantFrom("eq", "neq"), value: scalar, ignoreCase }),
  fc.record({
    trait,
    op: fc.constantFrom("in", "notIn"),
    value: fc.array(scalar, { maxLength: 3 }),
    ignoreCase,
  }),
  fc.record({
    trait,
    op: fc.constantFrom("contains", "notContains", "startsWith", "matches"),
    value: text,
    ignoreCase,
  }),
  fc.record({ trait, op: fc.constantFrom("gt", "gte", "lt", "lte"), value: number }),
  fc.record({ trait, op: fc.constant("between"), value: fc.tuple(number, number) }),
  fc.record({
    trait,
    op: fc.constantFrom("hasAny", "hasNone", "hasAll"),
    value: fc.array(text, { maxLength: 2 }),
  }),
  fc.record({ trait, op: fc.constantFrom("exists", "missing", "anniversary") }),
  fc.record({ trait, op: fc.constantFrom("semverGte", "semverLt"), value: fc.constant("1.1.0") }),
  fc.constant<Rule>({ event: "e", op: "gte", value: 1 }),
  fc.constant<Rule>({ segment: "s0" }),
);
const rule = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ all: fc.array(tie("rule"), { maxLength: 4 }) }),
    fc.record({ any: fc.array(tie("rule"), { maxLength: 4 }) }),
    fc.record({ not: tie("rule") }),
  ),
})).rule;
const value = fc.oneof(
  scalar,
  number,
  fc.constantFrom<unknown>(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, ["a"], [], [1], {}),
);
const traits = fc.dictionary(trait, value, { noNullPrototype: true });

test("the index answers as the closures do (law 1)", () => {
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 70 }),
      fc.array(traits, { minLength: 1, maxLength: 6 }),
      (rules, users) => {
        const segments = Object.fromEntries(rules.map((one, i) => [`s${i}`, { rule: one }]));
        const program = link({ zone: "UTC", segments });
        const { index, ...others } = ALL_FEATURES;
        const [plain, indexed] = [load(program, others), load(program, ALL_FEATURES)];
        // The index is built at the fifth evaluation, and a value that comes again is looked up.
        for (let round = 0; round < 8; round++) {
          for (const one of users) {
            const user = { traits: one, events: [{ id: "1", name: "e", ts: 5, props: {} }] };
            expect([...evaluate(indexed, user, round)]).toEqual([...evaluate(plain, user, round)]);
          }
        }
      },
    ),
    { numRuns: Math.min(Number(process.env.PROPERTY_RUNS ?? 300), 5_000) },
  );
});
