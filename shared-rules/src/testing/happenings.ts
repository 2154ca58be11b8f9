import fc from "fast-check";
import type { Rule, Ruleset } from "../rule.ts";
import type { UserEvent } from "../user.ts";
import { duration, event, eventName, HOUR, instant, name, record, ruleset } from "./arbitraries.ts";

/** A rule whose answer changes often: few conditions, that few events or a little time decide. */
const livelyRule = (keys: readonly string[]): fc.Arbitrary<Rule> => {
  const did = fc
    .record({ event: eventName, within: duration, value: fc.integer({ min: 1, max: 2 }) })
    .map((given): Rule => ({ ...given, op: "gte" }));
  const has = name.map((trait): Rule => ({ trait, op: "exists" }));
  if (!keys.length) return fc.oneof(did, has);
  const other = fc.constantFrom(...keys).map((segment): Rule => ({ segment }));
  const own = fc.oneof({ weight: 3, arbitrary: did }, { weight: 1, arbitrary: has });
  return fc.oneof(
    own,
    other.map((one): Rule => ({ not: one })),
    fc.tuple(other, own).map((parts): Rule => ({ all: parts })),
    fc.tuple(other, fc.oneof(other, own)).map((parts): Rule => ({ any: parts })),
  );
};
const lively = (keys: readonly string[]) => fc.record({ rule: livelyRule(keys) });

/** The same with segments whose memberships change often. */
export const livelyRuleset: fc.Arbitrary<Ruleset> = fc
  .tuple(
    ruleset,
    fc.record({
      l0: lively([]),
      l1: lively(["s0", "l0"]),
      l2: lively(["l0", "l1"]),
      l3: lively(["rule", "l1", "l2"]),
    }),
  )
  .map(([{ segments, ...rest }, more]) => ({ ...rest, segments: { ...segments, ...more } }));

/** What can become of a user: an event comes, traits are written, an answer is brought, time passes (ms). */
export type Happening =
  | { event: UserEvent; after: number }
  | { traits: { [name: string]: unknown } }
  | { answer: boolean; until: number | null }
  | { passes: number };

const hours = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * HOUR);

/** An event's time is `after` now (ms), or before it; a clock is set back by up to a day now and then. */
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      event,
      after: fc.oneof(
        fc.constant(0),
        hours(-48, 24),
        fc.integer({ min: -60 * 24 * HOUR, max: 30 * 24 * HOUR }),
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ traits: record }) },
  { weight: 1, arbitrary: fc.record({ answer: fc.boolean(), until: fc.option(instant) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      passes: fc.oneof(
        fc.constantFrom(0, 1, 999),
        hours(1, 24),
        hours(-24, 24),
        hours(1, 900),
        fc.integer({ min: -12 * HOUR, max: 10 * 24 * HOUR }),
      ),
    }),
  },
);
