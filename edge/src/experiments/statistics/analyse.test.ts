import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Arm, analyse, type Experiment } from "./analyse.ts";
import { BOUNDS } from "./bounds.ts";
import type { Comparison } from "./results.ts";

const converted = (key: string, users: number, count: number): Arm => ({
  key,
  weight: 1,
  users,
  converted: count,
});

function compareTo(control: Arm, arm: Arm, more: Partial<Experiment> = {}): Comparison {
  const { arms } = analyse({ arms: [control, arm], control: control.key, ...more });
  const comparison = arms[1]?.comparison;
  if (!comparison) throw new Error("the arm was not compared");
  return comparison;
}

/** An arm of at least the fewest users, in which values differ. */
const arms = (key: string): fc.Arbitrary<Arm & { sum: number; sumOfSquares: number }> =>
  fc
    .record({
      users: fc.integer({ min: BOUNDS.fewestUsers, max: 100_000 }),
      mean: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      deviation: fc.double({ min: 1, max: 1e3, noNaN: true }),
    })
    .map(({ users, mean, deviation }) => ({
      key,
      weight: 1,
      users,
      sum: users * mean,
      sumOfSquares: users * (mean * mean + deviation * deviation),
    }));

describe("results", () => {
  test("of 10 % and 12 % among 10,000 users each are what formula (8) and Fieller's give", () => {
    const results = analyse({
      arms: [converted("a", 10_000, 1_000), converted("b", 10_000, 1_200)],
      control: "a",
    });
    expect(results.srm).toMatchObject({ alarm: false, words: "as intended" });
    expect(results.arms[0]).toEqual({ key: "a", users: 10_000, mean: 0.1, comparison: null });
    const comparison = results.arms[1]?.comparison;
    expect(comparison?.verdict).toBe("better");
    // By Python: difference ± multiplier · standard error; the roots of Fieller's equation.
    expect(comparison?.absolute?.value).toBeCloseTo(0.02, 14);
    expect(comparison?.absolute?.low).toBeCloseTo(0.006448251177929234, 12);
    expect(comparison?.absolute?.high).toBeCloseTo(0.033551748822070744, 12);
    expect(comparison?.relative?.value).toBeCloseTo(0.2, 14);
    expect(comparison?.relative?.low).toBeCloseTo(0.060641055127001575, 12);
    expect(comparison?.relative?.high).toBeCloseTo(0.3598121339888438, 12);
    expect(comparison?.pValue).toBeCloseTo(0.0002724026801146144, 14);
  });

  test("are worded by the goal", () => {
    const [control, higher, lower, same] = [
      converted("a", 10_000, 1_000),
      converted("b", 10_000, 1_300),
      converted("b", 10_000, 700),
      converted("b", 10_000, 1_010),
    ] as const;
    const verdicts = (goal: "increase" | "decrease") =>
      [higher, lower, same].map((arm) => compareTo(control, arm, { goal }).verdict);
    expect(verdicts("increase")).toEqual(["better", "worse", "no difference found yet"]);
    expect(verdicts("decrease")).toEqual(["worse", "better", "no difference found yet"]);
  });

  test("say nothing before both arms have the fewest users", () => {
    const verdict = (users: number) =>
      compareTo(converted("a", 5_000, 2_500), converted("b", users, Math.floor(users / 2))).verdict;
    const fewest = BOUNDS.fewestUsers;
    expect([0, 1, fewest - 1].map(verdict)).toEqual(new Array(3).fill("not enough data"));
    expect([fewest, fewest + 1].map(verdict)).toEqual(["no difference found yet", "no difference found yet"]);
  });

  test("find an arm in which nobody converts any more", () => {
    expect(compareTo(converted("a", 5_000, 500), converted("b", 5_000, 0)).verdict).toBe("worse");
    expect(compareTo(converted("a", 5_000, 0), converted("b", 5_000, 0)).verdict).toBe("not enough data");
  });

  test("do not believe a small arm that has seen few of the rare ones", () => {
    // 20 were to be expected; by the variance of 8 they are 4.1 standard errors away, by that of 20 only 2.7.
    expect(compareTo(converted("a", 18_000, 360), converted("b", 1_000, 8)).verdict).toBe(
      "no difference found yet",
    );
  });

  test("leave out the relative difference where the control's mean may be zero", () => {
    expect(compareTo(converted("a", 1_000, 2), converted("b", 1_000, 300))).toMatchObject({
      verdict: "better",
      relative: null,
    });
  });

  test("are corrected for several arms and metrics", () => {
    const [a, b, c] = [
      converted("a", 5_000, 500),
      converted("b", 5_000, 600),
      converted("c", 5_000, 500),
    ] as const;
    const three = analyse({ arms: [a, b, c], control: "a" }).arms[1]?.comparison;
    const two = compareTo(a, b, { metrics: 2 });
    const half = compareTo(a, b, { alpha: 0.025 });
    expect(three).toEqual(two);
    expect(three?.absolute).toEqual(half.absolute);
    expect(three?.pValue).toBeCloseTo(2 * (half.pValue ?? 0), 15);
  });

  test("refuse a question that makes no sense", () => {
    const [a, b] = [converted("a", 500, 5), converted("b", 500, 6)] as const;
    const ask = (more: Partial<Experiment>) => () => analyse({ arms: [a, b], control: "a", ...more });
    expect(ask({})).not.toThrow();
    expect(ask({ control: "c" })).toThrow("control:");
    expect(ask({ arms: [a, b, b] })).toThrow("arms: a key");
    for (const alpha of [0, BOUNDS.alpha.least / 2, 0.51, Number.NaN])
      expect(ask({ alpha })).toThrow("alpha:");
    for (const alpha of [BOUNDS.alpha.least, BOUNDS.alpha.most]) expect(ask({ alpha })).not.toThrow();
    for (const metrics of [0, 1.5, Number.NaN]) expect(ask({ metrics })).toThrow("metrics:");
    for (const plannedUsers of [0, -1, Number.POSITIVE_INFINITY]) {
      expect(ask({ plannedUsers })).toThrow("plannedUsers:");
    }
    const weigh = (weight: number) => ask({ arms: [a, { ...b, weight }] });
    for (const weight of [-1, Number.NaN, Number.POSITIVE_INFINITY, BOUNDS.share / 2]) {
      expect(weigh(weight)).toThrow("arms: weights");
    }
    for (const weight of [0, BOUNDS.share * 2, 1]) expect(weigh(weight)).not.toThrow();
    expect(ask({ arms: [{ ...a, weight: 0 }] })).toThrow("arms: weights");
  });
});

describe("whatever the data, results", () => {
  test("contain the point estimate and agree with each other", () => {
    fc.assert(
      fc.property(arms("a"), arms("b"), (control, arm) => {
        const { absolute, relative, verdict, pValue } = compareTo(control, arm);
        if (absolute === null || pValue === null) throw new Error("there was enough data");
        for (const one of [absolute, relative]) {
          if (one === null) continue;
          expect(one.low).toBeLessThanOrEqual(one.value);
          expect(one.high).toBeGreaterThanOrEqual(one.value);
        }
        if (Math.abs(pValue - 0.05) < 1e-9) return;
        expect(verdict !== "no difference found yet").toBe(pValue < 0.05);
        if (relative !== null) expect(relative.low > 0 || relative.high < 0).toBe(pValue < 0.05);
      }),
    );
  });

  test("are the opposite when arm and control are exchanged", () => {
    fc.assert(
      fc.property(arms("a"), arms("b"), (control, arm) => {
        const [one, other] = [compareTo(control, arm), compareTo(arm, control)];
        expect(one.pValue).toBe(other.pValue);
        expect(one.absolute?.low).toBe(-(other.absolute?.high ?? 0));
        expect(one.absolute?.high).toBe(-(other.absolute?.low ?? 0));
      }),
    );
  });

  test("scale with the metric's unit", () => {
    fc.assert(
      fc.property(arms("a"), arms("b"), fc.integer({ min: -20, max: 20 }), (control, arm, power) => {
        const unit = 2 ** power;
        const scale = (one: typeof control) => ({
          ...one,
          sum: one.sum * unit,
          sumOfSquares: one.sumOfSquares * unit * unit,
        });
        const [small, large] = [compareTo(control, arm), compareTo(scale(control), scale(arm))];
        expect({ ...large, absolute: null }).toEqual({ ...small, absolute: null });
        expect(large.absolute?.low).toBe((small.absolute?.low ?? 0) * unit);
        expect(large.absolute?.high).toBe((small.absolute?.high ?? 0) * unit);
      }),
    );
  });

  test("narrow with more of the same", () => {
    fc.assert(
      fc.property(arms("a"), arms("b"), fc.integer({ min: 2, max: 50 }), (control, arm, times) => {
        const more = (one: typeof control) => ({
          ...one,
          users: one.users * times,
          sum: one.sum * times,
          sumOfSquares: one.sumOfSquares * times,
        });
        const width = ({ absolute }: Comparison) => (absolute?.high ?? 0) - (absolute?.low ?? 0);
        expect(width(compareTo(more(control), more(arm)))).toBeLessThan(width(compareTo(control, arm)));
      }),
    );
  });

  test("are finite or null, and never throw", () => {
    const number = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.nat(1e4),
      fc.constantFrom(0, 1, 100, 1e12, 1e150, 5e-324),
    );
    const arm = (key: string) =>
      fc.oneof(
        fc.record({ key: fc.constant(key), weight: fc.nat(9), users: number, converted: number }),
        fc.record({
          key: fc.constant(key),
          weight: fc.nat(9),
          users: number,
          sum: number,
          sumOfSquares: number,
        }),
      );
    const first = arm("a").map((one) => ({ ...one, weight: 1 }));
    fc.assert(
      fc.property(first, arm("b"), arm("__proto__"), (a, b, c) => {
        const results = analyse({ arms: [a, b, c], control: "a" });
        JSON.stringify(results, (_, value: unknown) => {
          if (typeof value === "number") expect(value).toSatisfy(Number.isFinite);
          return value;
        });
      }),
      { numRuns: 2_000 },
    );
  });
});
