import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALL_FEATURES, evaluate, link, load, type User, type UserEvent } from "../index.ts";
import { instant, ruleset, user } from "../testing/arbitraries.ts";
import { definitions, FLAGS, PLACEMENTS, traces } from "../testing/decision-arbitraries.ts";
import { ask, type Running, run } from "../testing/decisions.ts";
import {
  type Asked,
  type Decision,
  decideFlag,
  decidePrompt,
  exposureOf,
  type Moment,
} from "./decide/index.ts";
import { compileDecisions, parseDecisions } from "./index.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);
const LONG = 600_000;

const moment = fc.record({ shownAt: instant, leaving: fc.boolean() }, { requiredKeys: [] });

/** A user with events of all kinds. */
const someone: fc.Arbitrary<User> = fc.tuple(user, traces).map(([{ events, ...rest }, more]) => ({
  ...rest,
  events: [...events, ...more.map((event, index): UserEvent => ({ id: `trace-${index}`, ...event }))],
}));

/** All that can be asked. */
function decideAll({ table }: Running, asked: Asked, when: Moment): Decision[] {
  return [
    ...FLAGS.map((flag) => decideFlag(table, flag, "fallback", asked)),
    ...PLACEMENTS.map((placement) => decidePrompt(table, placement, asked, when)),
  ];
}

/** What must not change before `until`. */
function substance({ until, ...rest }: Decision): object {
  return rest;
}

function freeze<T>(json: T): T {
  if (json !== null && typeof json === "object") {
    for (const part of Object.values(json)) freeze(part);
    Object.freeze(json);
  }
  return json;
}

describe("definitions", () => {
  test(
    "are accepted and given back unchanged where they are of the language",
    () => {
      fc.assert(
        fc.property(definitions, (given) => {
          expect(parseDecisions(given)).toEqual({ ok: true, value: given });
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test(
    "are refused or accepted whatever they are, and decide where they are accepted",
    () => {
      const words = fc.constantFrom(
        ...["flags", "experiments", "campaigns", "groups", "caps", "type", "variations", "enabled", "off"],
        ...["otherwise", "rules", "key", "__proto__", "salt", "arms", "content", "title", "every"],
      );
      const near = fc.letrec((tie) => ({
        json: fc.oneof(
          { maxDepth: 5 },
          fc.constantFrom<unknown>(null, true, 1, "a", "boolean", [[0, 2 ** 32]], "prompt"),
          fc.array(tie("json"), { maxLength: 3 }),
          fc.dictionary(words, tie("json"), { maxKeys: 5 }),
        ),
      })).json;
      fc.assert(
        fc.property(fc.oneof(near, fc.anything()), (json) => {
          const parsed = parseDecisions(json);
          if (parsed.ok) expect(compileDecisions(parsed.value).table.format).toBe(1);
          else expect(parsed.problem).toMatchObject({ code: expect.any(String), path: expect.any(String) });
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );
});

describe("a decision", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  test(
    "stands up to the last millisecond before its `until`",
    () => {
      fc.assert(
        fc.property(
          definitions,
          ruleset,
          someone,
          instant,
          moment,
          share,
          (given, rules, one, now, when, part) => {
            const running = run(given, rules);
            const decided = decideAll(running, ask(running, one, now), when);
            for (const [index, decision] of decided.entries()) {
              const { until } = decision;
              const last = until === null ? now + 3 * 366 * 86_400_000 : until - 1;
              expect(last).toBeGreaterThanOrEqual(now);
              for (const later of [now + Math.floor((last - now) * part), last]) {
                const again = decideAll(running, ask(running, one, later), when)[index];
                expect(again && substance(again)).toEqual(substance(decision));
              }
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test(
    "is pure and total: nothing given changes, and any ids, keys and answers are answered",
    () => {
      const text = fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom("__proto__", "toString", "f0", "top"),
      );
      const answer = fc.option(fc.record({ member: fc.boolean(), until: fc.option(fc.maxSafeInteger()) }), {
        nil: undefined,
      });
      const anyone = fc.record({ userId: fc.option(text), anonymousId: fc.option(text) });
      fc.assert(
        fc.property(definitions, anyone, text, answer, fc.maxSafeInteger(), (given, ids, key, known, now) => {
          const { table } = freeze(compileDecisions(freeze(given)));
          const asked = freeze({ ...ids, now, answers: () => known, overrides: { flags: { [key]: "a" } } });
          for (const flag of [key, ...FLAGS]) {
            const decision = decideFlag(table, flag, "fallback", asked);
            expect(decideFlag(table, flag, "fallback", asked)).toEqual(decision);
            expect(typeof decision.value).toBe("string");
            if (decision.errorCode) expect(decision).toMatchObject({ value: "fallback", reason: "ERROR" });
          }
          for (const placement of [key, ...PLACEMENTS])
            expect(decidePrompt(table, placement, asked).placement).toBe(placement);
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test(
    "is never taken on answers that are not known, and is the same once they are",
    () => {
      fc.assert(
        fc.property(
          definitions,
          ruleset,
          someone,
          instant,
          fc.func(fc.boolean()),
          (given, rules, one, now, known) => {
            const running = run(given, rules);
            const all = ask(running, one, now);
            const some: Asked = { ...all, answers: (key) => (known(key) ? all.answers(key) : undefined) };
            const [complete, partial] = [decideAll(running, all, {}), decideAll(running, some, {})];
            for (const [index, decision] of partial.entries()) {
              if (decision.errorCode === "PROVIDER_NOT_READY") expect(exposureOf(decision)).toBeUndefined();
              else expect(decision).toEqual(complete[index]);
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test(
    "is the same where any of the segments are brought as answers, as `link` leaves them out (law 7)",
    () => {
      fc.assert(
        fc.property(
          definitions,
          ruleset,
          someone,
          instant,
          fc.func(fc.boolean()),
          (given, rules, one, now, kept) => {
            const edge = run(given, rules);
            const brought = edge.plan.keys.filter((key) => kept(key));
            const answers = new Map(
              [...evaluate(edge.plan, one, now)].filter(([key]) => brought.includes(key)),
            );
            const program = JSON.parse(JSON.stringify(link(edge.ruleset, { given: brought })));
            const browser = { ...edge, plan: load(program, ALL_FEATURES) };
            const decided = decideAll(browser, ask(browser, { ...one, answers }, now), {});
            expect(decided).toEqual(decideAll(edge, ask(edge, one, now), {}));
          },
        ),
        { numRuns: RUNS },
      );
    },
    LONG,
  );
});
