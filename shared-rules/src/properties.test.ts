import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALL_FEATURES,
  compile,
  EventLog,
  evaluate,
  explain,
  link,
  load,
  type Membership,
  parseComputed,
  parseRule,
  type Rule,
  type Ruleset,
  type User,
} from "./index.ts";
import { instant, KEYS, NAMES, rule, ruleset, user } from "./testing/arbitraries.ts";
import { HOSTILE, rename } from "./testing/rename.ts";

/** `npm run test:long` runs many more. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);
const LONG = 600_000;

function check<Given extends [unknown, ...unknown[]]>(
  given: { [At in keyof Given]: fc.Arbitrary<Given[At]> },
  holds: (...given: Given) => void,
) {
  fc.assert(
    fc.property(...given, (...one: Given) => {
      holds(...one);
    }),
    { numRuns: RUNS },
  );
}

function answer(definitions: Ruleset, someone: User, now: number): Membership | undefined {
  return evaluate(compile(definitions), someone, now).get("rule");
}

function answers(definitions: Ruleset, someone: User, now: number): [string, Membership][] {
  return [...evaluate(compile(definitions), someone, now)];
}

function freeze<T>(json: T): T {
  if (json !== null && typeof json === "object") {
    for (const part of Object.values(json)) freeze(part);
    Object.freeze(json);
  }
  return json;
}

/** Any JSON, with the words of the language in it so that it comes near to a rule. */
const words = fc.constantFrom(
  "all",
  "any",
  "not",
  "trait",
  "event",
  "op",
  "value",
  "within",
  "formula",
  "sequence",
);
const nearRule = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constantFrom(null, true, 1, "eq", "gte", "n0", "a + 1", "__proto__"),
      fc.double(),
      fc.string(),
    ),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(words, fc.constant("__proto__")), tie("json"), { maxKeys: 4 }),
  ),
})).json;

describe("parsing", () => {
  test(
    "accepts every rule of the language, and gives it back unchanged",
    () => {
      check([rule(KEYS)], (given) => expect(parseRule(given)).toEqual({ ok: true, value: given }));
    },
    LONG,
  );

  test(
    "refuses or accepts any value, and what it accepts evaluates",
    () => {
      check([fc.oneof(nearRule, fc.anything()), user, instant], (json, someone, now) => {
        const parsed = parseRule(json);
        if (parsed.ok) answer({ zone: "UTC", segments: { rule: { rule: parsed.value } } }, someone, now);
        else expect(parsed.problem).toMatchObject({ path: expect.any(String), detail: expect.any(String) });
        expect(parseComputed(json)).toHaveProperty("ok");
      });
    },
    LONG,
  );
});

describe("evaluation", () => {
  test(
    "is total: any traits, properties and instants are answered",
    () => {
      const anyone = fc.record({
        id: fc.option(fc.string({ unit: "binary" })),
        traits: fc.dictionary(fc.constantFrom(...NAMES), fc.anything()),
        events: fc.array(
          fc.record({
            id: fc.string(),
            name: fc.constantFrom(...NAMES),
            ts: fc.oneof(instant, fc.double()),
            props: fc.dictionary(fc.constantFrom(...NAMES), fc.anything()),
          }),
        ),
      });
      check([ruleset, anyone, fc.oneof(instant, fc.maxSafeInteger())], (definitions, someone, now) => {
        expect(typeof answer(definitions, someone, now)?.member).toBe("boolean");
      });
    },
    LONG,
  );

  test(
    "is pure: nothing given changes, and who was asked before does not matter",
    () => {
      check([ruleset, user, user, instant, instant], (definitions, someone, other, now, then) => {
        const plan = compile(freeze(definitions));
        const first = [...evaluate(plan, freeze(someone), now)];
        evaluate(plan, freeze(other), then);
        evaluate(plan, someone, then);
        expect([...evaluate(plan, someone, now)]).toEqual(first);
      });
    },
    LONG,
  );

  test(
    "gives the same for all segments, for one alone, shipped as JSON and explained",
    () => {
      check([ruleset, user, instant], (definitions, someone, now) => {
        const plan = compile(definitions);
        const shipped = load(JSON.parse(JSON.stringify(link(definitions))), ALL_FEATURES);
        for (const [key, membership] of evaluate(plan, someone, now)) {
          expect(evaluate(plan, someone, now, [key]).get(key)).toEqual(membership);
          expect(evaluate(shipped, someone, now).get(key)).toEqual(membership);
          expect(explain(plan, key, someone, now)).toMatchObject(membership);
        }
      });
    },
    LONG,
  );

  test(
    "does not depend on the order or the number of times that events arrive (law 2)",
    () => {
      const shuffled = user.chain((someone) =>
        fc.tuple(
          fc.constant(someone),
          fc.shuffledSubarray([...someone.events, ...someone.events], {
            minLength: 2 * someone.events.length,
          }),
        ),
      );
      check([ruleset, shuffled, instant], (definitions, [someone, arrivals], now) => {
        const expected = answers(definitions, someone, now);
        expect(answers(definitions, { ...someone, events: arrivals }, now)).toEqual(expected);
        const plan = compile(definitions);
        const events = new EventLog();
        for (const event of arrivals) {
          events.add(event);
          evaluate(plan, { ...someone, events }, now);
        }
        expect([...evaluate(plan, { ...someone, events }, now)]).toEqual(expected);
      });
    },
    LONG,
  );

  test(
    "keeps the promise of `until` up to its last millisecond (RULES.md §8)",
    () => {
      const share = fc.double({ min: 0, max: 1, noNaN: true });
      check([ruleset, user, instant, share], (definitions, someone, now, part) => {
        const plan = compile(definitions);
        for (const [key, { member, until }] of evaluate(plan, someone, now)) {
          const last = until === null ? now + 3 * 366 * 86_400_000 : until - 1;
          expect(last).toBeGreaterThanOrEqual(now);
          for (const later of [now + Math.floor((last - now) * part), last]) {
            expect({ key, later, member: evaluate(plan, someone, later).has(key) }).toEqual({
              key,
              later,
              member,
            });
          }
        }
      });
    },
    LONG,
  );

  test(
    "`not` is the exact complement, and so is each negative operator (RULES.md §2, §3)",
    () => {
      const complements: readonly [string, string][] = [
        ["eq", "neq"],
        ["in", "notIn"],
        ["hasAny", "hasNone"],
        ["exists", "missing"],
      ];
      const negate = (one: Rule): Rule => {
        const pair = "op" in one ? complements.find((names) => names.includes(one.op)) : undefined;
        if (!pair || !("op" in one)) return { not: one };
        return Object.assign({}, one, { op: pair[0] === one.op ? pair[1] : pair[0] });
      };
      check([ruleset, rule(KEYS), user, instant], ({ segments, ...rest }, one, someone, now) => {
        const definitions = {
          ...rest,
          segments: {
            ...segments,
            rule: { rule: one },
            not: { rule: { not: one } },
            negative: { rule: negate(one) },
          },
        };
        const memberships = evaluate(compile(definitions), someone, now);
        expect(memberships.has("not")).toBe(!memberships.has("rule"));
        expect(memberships.has("negative")).toBe(!memberships.has("rule"));
        expect(memberships.get("not")?.until).toBe(memberships.get("rule")?.until);
      });
    },
    LONG,
  );
});

describe("hostile names behave as any other", () => {
  const usesFormula = (json: unknown) => /"(formula|computed)"/.test(JSON.stringify(json));
  const usesBucket = (json: unknown) => JSON.stringify(json).includes('"bucket"');
  const names = fc.shuffledSubarray([...HOSTILE], { minLength: NAMES.length + KEYS.length });

  test(
    "in rules, traits, events, properties, values, ids and segment keys",
    () => {
      check([ruleset, user, instant, names], (definitions, someone, now, hostile) => {
        // A bucket is meant to change with the name, and formulas hold only names of a certain form.
        fc.pre(!usesBucket(definitions));
        const fit = usesFormula(definitions) ? HOSTILE.filter(({ formula }) => formula) : hostile;
        const texts = fit.slice(0, NAMES.length + KEYS.length).map(({ text }) => text);
        const renamed = answer(rename(definitions, texts), rename(someone, texts), now);
        expect(renamed).toEqual(answer(definitions, someone, now));
      });
    },
    LONG,
  );

  test("nothing is a trait, a property or a segment that was not given", () => {
    for (const { text } of HOSTILE) {
      const segments = {
        trait: { rule: { trait: text, op: "exists" } },
        prop: { rule: { event: "a", where: { prop: text, op: "exists" }, op: "gte", value: 1 } },
        event: { rule: { event: text, op: "gte", value: 1 } },
        segment: { rule: { segment: text } },
      } as const;
      const someone = { traits: {}, events: [{ id: "1", name: "a", ts: 0, props: {} }] };
      const memberships = evaluate(compile({ zone: "UTC", segments }), someone, 1);
      expect([...memberships].filter(([, { member }]) => member)).toEqual([]);
      expect(memberships.get(text)).toBeUndefined();
    }
  });
});
