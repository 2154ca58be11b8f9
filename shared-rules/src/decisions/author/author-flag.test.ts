import fc from "fast-check";
import { expect, test } from "vitest";
import type { Flag } from "../definitions.ts";
import { parseDecisions } from "../parse/parse-decisions.ts";
import { authorDecision } from "./author-decision.ts";

const NOW = 1_000;
const weights = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30)).map(([a, b, c]) => ({ a, b, c }));

const state = (weights: object) => ({
  enabled: true,
  off: "a",
  otherwise: "a",
  rules: [{ key: "r", rollout: { weights } }],
});
const written = (base: object, scheduled: readonly (readonly [at: number, weights: object])[]) => ({
  type: "string",
  variations: { a: "A", b: "B", c: "C" },
  ...state(base),
  scheduled: scheduled.map(([at, weights]) => ({ at, ...state(weights) })),
});

/** The flag that somebody's definition comes to, in the place of another one. */
function author(before: Flag | undefined, definition: object, now = NOW): Flag {
  const context = { before: { flags: before ? { f: before } : {} }, now, makeSalt: () => "salt" };
  const authored = authorDecision("flag", "f", definition, context);
  if (!authored.ok) throw new Error(authored.problem.detail);
  const parsed = parseDecisions({ flags: { f: authored.value.document } });
  const flag = parsed.ok ? parsed.value.flags?.f : undefined;
  if (flag === undefined) throw new Error("it is not valid");
  return flag;
}

/** The rollout that is in force at an instant. */
function rolloutAt(flag: Flag, now: number): unknown {
  const { rules = [] } = flag.scheduled?.findLast(({ at }) => at <= now) ?? flag;
  return rules[0];
}

const history = fc
  .tuple(fc.array(weights, { maxLength: 5 }), weights, weights, weights)
  .map(([edits, base, first, second]) => {
    const edited = edits.reduce<Flag | undefined>(
      (flag, one) => author(flag, written(one, []), 0),
      undefined,
    );
    return {
      base,
      first,
      second,
      flag: author(
        edited,
        written(base, [
          [500, first],
          [2_000, second],
        ]),
        0,
      ),
    };
  });

test("what is written again is what it was, whichever state is in force", () => {
  fc.assert(
    fc.property(history, fc.constantFrom(0, NOW, 3_000), ({ base, first, second, flag }, now) => {
      expect(
        author(
          flag,
          written(base, [
            [500, first],
            [2_000, second],
          ]),
          now,
        ),
      ).toEqual(flag);
    }),
  );
});

test("nobody who has a variation now gets another where the one in force has the same weights", () => {
  fc.assert(
    fc.property(history, weights, ({ base, first, second, flag }, other) => {
      const before = rolloutAt(flag, NOW);
      const edits = [
        written(first, []),
        written(first, [[2_000, second]]),
        written(other, [[400, first]]),
        written(base, [
          [501, first],
          [2_000, second],
        ]),
        written(base, [
          [500, other],
          [600, first],
        ]),
      ];
      for (const edit of edits) expect(rolloutAt(author(flag, edit), NOW)).toEqual(before);
      const dropped = author(flag, written(base, [[500, second]]), 3_000);
      expect(rolloutAt(dropped, 3_000)).toEqual(rolloutAt(flag, 3_000));
    }),
  );
});
