import fc from "fast-check";
import type { Comparison, Duration, Measure, Operand, Rule, Ruleset, Step, Where, Window } from "../rule.ts";
import type { UserEvent } from "../user.ts";

/**
 * Random rules and users of the whole language (RULES.md), for property tests. Names, values and instants are
 * few and close together, so that conditions often hold and often just miss. The instants lie around a night
 * in which New York changes its clocks.
 */

export const HOUR = 3_600_000;
const BASE = Date.UTC(2024, 2, 10, 6);

/** What stands for a name or a text; properties about names put others in their place (`rename`). */
export const NAMES = ["n0", "n1", "n2", "n3"] as const;

/** The keys under which rules stand beside the rule of interest; a rule refers only to those before its own. */
export const KEYS = ["s0", "s1", "s2"] as const;

export const name = fc.constantFrom(...NAMES);
const zone = fc.constantFrom(
  "UTC",
  "America/New_York",
  "Asia/Kolkata",
  "Pacific/Apia",
  "Australia/Lord_Howe",
);

/** An instant (ms) within two months of the base; most are whole hours, so that edges meet. */
export const instant = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -1_440, max: 1_440 }).map((hours) => BASE + hours * HOUR) },
  { weight: 1, arbitrary: fc.integer({ min: BASE - 60 * 24 * HOUR, max: BASE + 60 * 24 * HOUR }) },
);
const instantText = instant.map((ms) => new Date(ms).toISOString());
const dateText = instantText.map((text) => text.slice(0, 10));

const small = fc.oneof(fc.integer({ min: -1, max: 4 }), fc.constantFrom(0.5, -0, 1e308, 2.5));
const scalar = fc.oneof(name, small, fc.boolean());
const value = fc.oneof(scalar, instant, instantText, dateText, fc.uniqueArray(name, { maxLength: 3 }));

/** What may stand where a value is read: values, and what is absent to every operator. */
const stored = fc.oneof(
  { weight: 8, arbitrary: value },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, {}, [1], [["n0"]], { n0: 1 }, "", [], "1.2.3", "v1.2.3-a"),
  },
);

const count = fc.integer({ min: 1, max: 12 });
export const duration: fc.Arbitrary<Duration> = fc.oneof(
  fc.record({ hours: count }),
  fc.record({ days: count }),
  fc.record({ weeks: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ minutes: fc.constantFrom(1, 30, 60, 1440) }),
  fc.record({ seconds: fc.constantFrom(1, 3600, 86_400) }),
);

const texts = fc.uniqueArray(name, { maxLength: 3 });
const ignoreCase = fc.option(fc.boolean(), { nil: undefined });

/** The operators that formulas may have too. */
const numeric: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({ op: fc.constantFrom("eq", "neq"), value: small }),
  fc.record({ op: fc.constantFrom("gt", "gte", "lt", "lte"), value: small }),
  fc.record({ op: fc.constant("between"), value: fc.tuple(small, small) }),
  fc.record({ op: fc.constantFrom("exists", "missing") }),
);

const comparison: fc.Arbitrary<Comparison> = fc.oneof(
  numeric,
  withCase(fc.record({ op: fc.constantFrom("eq", "neq"), value: scalar })),
  withCase(fc.record({ op: fc.constantFrom("in", "notIn"), value: fc.array(scalar, { maxLength: 3 }) })),
  fc.record({ op: fc.constantFrom("hasAny", "hasNone", "hasAll"), value: texts }),
  fc.record({ op: fc.constant("semverGte"), value: fc.constantFrom("1.2.3", "1.2.3-b", "0.0.1") }),
  fc.record({ op: fc.constantFrom("before", "after"), value: fc.oneof(instant, instantText, dateText) }),
  fc.record({ op: fc.constant("on"), value: dateText }),
  fc.record({ op: fc.constantFrom("within", "olderThan", "upcoming"), value: duration }),
  fc.record({ op: fc.constant("anniversary") }),
);

function withCase<T extends object>(plain: fc.Arbitrary<T>): fc.Arbitrary<T & { ignoreCase?: boolean }> {
  return fc
    .tuple(plain, ignoreCase)
    .map(([one, flag]) => (flag === undefined ? one : { ...one, ignoreCase: flag }));
}

const where: fc.Arbitrary<Where> = fc.letrec<{ where: Where }>((tie) => ({
  where: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.tuple(name, comparison).map(([prop, rest]) => ({ prop, ...rest })),
    fc.constant({ first: true as const }),
    fc.record({ all: fc.array(tie("where"), { maxLength: 2 }) }),
    fc.record({ any: fc.array(tie("where"), { maxLength: 2 }) }),
    fc.record({ not: tie("where") }),
  ),
})).where;

const unit = fc.constantFrom("day", "week", "month", "quarter", "year");
const window: fc.Arbitrary<Window> = fc.oneof(
  duration,
  fc
    .integer({ min: 1, max: 9 })
    .chain((near) =>
      fc.integer({ min: near + 1, max: 20 }).map((far): Window => ({ ago: [{ days: far }, { days: near }] })),
    ),
  fc.record({ olderThan: duration }),
  fc.record(
    { from: fc.oneof(instant, dateText), to: fc.oneof(instant, dateText) },
    { requiredKeys: ["from"] },
  ),
  fc.record({ to: fc.oneof(instant, dateText) }),
  fc.record(
    { calendar: unit, offset: fc.integer({ min: -3, max: 0 }), span: fc.integer({ min: 1, max: 4 }) },
    { requiredKeys: ["calendar"] },
  ),
);

const measure: fc.Arbitrary<Measure> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("count", "days", "firstTime", "lastTime") },
  fc.record({ sum: name }),
  fc.record({ avg: name }),
  fc.record({ min: name }),
  fc.record({ max: name }),
  fc.record({ distinct: name }),
  fc.record({ first: name }),
  fc.record({ last: name }),
);

export const eventName = fc.oneof({ weight: 4, arbitrary: name }, { weight: 1, arbitrary: fc.constant("*") });
const eventOperand = fc.record(
  { event: eventName, where, measure, within: window },
  { requiredKeys: ["event"] },
);

/** The text of a formula over the names and `now`. */
const formulaText: fc.Arbitrary<string> = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 2 },
    name,
    fc.constantFrom("0", "1", "2.5", "now"),
    fc
      .tuple(tie("text"), fc.constantFrom("+", "-", "*", "/"), tie("text"))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc
      .tuple(fc.constantFrom("min", "max", "coalesce"), tie("text"), tie("text"))
      .map(([call, a, b]) => `${call}(${a}, ${b})`),
    fc
      .tuple(
        fc.constantFrom(
          ...["abs", "floor", "round", "year", "month", "day", "weekday", "hour"],
          ...["daysSince", "monthsSince", "yearsSince", "-"],
        ),
        tie("text"),
      )
      .map(([call, a]) => `${call}(${a})`),
  ),
})).text;

const operand: fc.Arbitrary<Operand> = fc.oneof(fc.record({ trait: name }), eventOperand);
/** Every `let` and computed trait is a trait or a measure, so that no cycle arises. */
const operands = fc.dictionary(name, operand, { maxKeys: 2 });
const formula = fc.record({ formula: formulaText, let: operands }, { requiredKeys: ["formula"] });

const stepEvent = fc.record({ event: eventName, where }, { requiredKeys: ["event"] });
const steps: fc.Arbitrary<Step[]> = fc
  .record({
    head: stepEvent,
    tail: fc.array(
      fc.record({
        absent: fc.option(stepEvent),
        next: stepEvent,
        atMost: fc.option(duration),
      }),
      { maxLength: 2 },
    ),
    end: fc.option(fc.record({ not: stepEvent, atMost: duration })),
  })
  .map(({ head, tail, end }) => [
    head,
    ...tail.flatMap(({ absent, next, atMost }): Step[] => [
      ...(absent ? [{ not: absent }] : []),
      atMost ? { ...next, atMost } : next,
    ]),
    ...(end ? [end] : []),
  ]);

/** A rule that may refer to the segments of these keys. */
export function rule(keys: readonly string[] = []): fc.Arbitrary<Rule> {
  return fc.letrec<{ rule: Rule }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 3, depthIdentifier: "rule", withCrossShrink: true },
      { weight: 3, arbitrary: fc.tuple(name, comparison).map(([trait, rest]) => ({ trait, ...rest })) },
      {
        weight: 4,
        arbitrary: fc.tuple(eventOperand, comparison).map(([event, rest]) => ({ ...event, ...rest })),
      },
      { weight: 2, arbitrary: fc.tuple(formula, numeric).map(([left, rest]) => ({ ...left, ...rest })) },
      {
        weight: 1,
        arbitrary: fc
          .record({ left: formula, op: fc.constantFrom("eq", "gt", "lte"), right: formulaText })
          .map(({ left, op, right }): Rule => ({ ...left, op, value: { formula: right } })),
      },
      {
        weight: 3,
        arbitrary: fc.record({ sequence: steps, within: window }, { requiredKeys: ["sequence"] }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ bucket: name, op: fc.constant("lt"), value: fc.constantFrom(25, 75) }),
      },
      { weight: 1, arbitrary: fc.record({ segment: fc.constantFrom("missing", ...keys) }) },
      { weight: 1, arbitrary: fc.record({ all: fc.array(tie("rule"), { maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ any: fc.array(tie("rule"), { maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ not: tie("rule") }) },
    ),
  })).rule;
}

const status = fc.constantFrom("active", "draft", "archived");
const definition = (keys: readonly string[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ rule: rule(keys), status }, { requiredKeys: ["rule"] }) },
    { weight: 1, arbitrary: fc.record({ members: fc.uniqueArray(name) }) },
    { weight: 1, arbitrary: fc.record({ rule: rule(keys), status: fc.constant("paused"), members: texts }) },
  );

/** Definitions whose segment `rule` may refer to the others. */
export const ruleset: fc.Arbitrary<Ruleset> = fc.record(
  {
    zone,
    segments: fc.record({
      rule: fc.record({ rule: rule(KEYS) }),
      s0: definition([]),
      s1: definition(KEYS.slice(0, 1)),
      s2: definition(KEYS.slice(0, 2)),
    }),
    computed: operands,
  },
  { requiredKeys: ["zone", "segments"] },
);

export const record = fc.dictionary(name, stored, { maxKeys: 4 });

/** An event whose id may be a name that every object answers to. */
export const event: fc.Arbitrary<UserEvent> = fc.record({
  id: fc.oneof(fc.stringMatching(/^e[!-~]{0,2}$/), fc.constantFrom("__proto__", "constructor", "toString")),
  name,
  ts: instant,
  props: record,
});
const events = fc.uniqueArray(event, { selector: ({ id }) => id, maxLength: 12 });

/** A user with a user id, an anonymous id, both or none. */
export const user = fc.record(
  { id: fc.option(name), anonymousId: fc.option(name), traits: record, events },
  { requiredKeys: ["traits", "events"] },
);
