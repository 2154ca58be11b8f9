import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundaryFor, multiplier, sequentialPValue } from "./confidence-sequence.ts";

const alphas = fc.double({ min: 1e-9, max: 0.5, noNaN: true });
const counts = fc.integer({ min: 2, max: 1_000_000_000 });

describe("the boundary", () => {
  // By SciPy: (−W₋₁(−α²/e) − 1) / users.
  test.each([
    [0.05, 8.211968062068253e-4],
    [0.01, 1.1756371222495419e-3],
    [0.05 / 3, 1.064343130933169e-3],
  ])("for alpha %f has the precision that Lambert's W gives", (alpha, precision) => {
    expect(boundaryFor(10_000, alpha).precision).toBeCloseTo(precision, 15);
  });

  // By Python from formula (8), times √n.
  test.each([
    [200, 6.599204638331477],
    [1_000, 3.823218333037801],
    [10_000, 3.0351224130285512],
    [100_000, 3.246310754613127],
  ])("after %i users reaches as many standard errors as formula (8) says", (users, errors) => {
    expect(multiplier(boundaryFor(10_000, 0.05), users)).toBeCloseTo(errors, 12);
  });

  test("costs little where plans were wrong by ten times", () => {
    const cost = (planned: number) =>
      multiplier(boundaryFor(planned, 0.05), 10_000) / multiplier(boundaryFor(10_000, 0.05), 10_000);
    expect(cost(1_000)).toBeCloseTo(1.07, 2);
    expect(cost(100_000)).toBeCloseTo(1.26, 2);
  });

  test("agrees with (8) for a precision in use at Adobe, 10^−2.8", () => {
    const reach = multiplier({ alpha: 0.05, precision: 10 ** -2.8 }, 1_000);
    expect(reach / Math.sqrt(1_000)).toBeCloseTo(0.10639886047386875, 13);
  });

  test("is tightest at the planned number of users", () => {
    fc.assert(
      fc.property(alphas, counts, fc.double({ min: 0.01, max: 100, noNaN: true }), (alpha, users, factor) => {
        const boundary = boundaryFor(users, alpha);
        const scaled = multiplier(boundary, users * factor);
        expect(scaled).toBeGreaterThanOrEqual(multiplier(boundary, users) * (1 - 1e-12));
      }),
    );
  });

  test("narrows with more users of the same variance", () => {
    fc.assert(
      fc.property(
        alphas,
        counts,
        counts,
        fc.integer({ min: 2, max: 1_000 }),
        (alpha, planned, users, factor) => {
          const boundary = boundaryFor(planned, alpha);
          const width = (n: number) => multiplier(boundary, n) / Math.sqrt(n);
          expect(width(users * factor)).toBeLessThan(width(users));
        },
      ),
    );
  });
});

describe("the p-value", () => {
  test("is alpha where the interval ends", () => {
    fc.assert(
      fc.property(alphas, counts, counts, (alpha, planned, users) => {
        const boundary = boundaryFor(planned, alpha);
        expect(sequentialPValue(boundary, users, multiplier(boundary, users)) / alpha).toBeCloseTo(1, 6);
      }),
    );
  });

  test("is 1 for no difference and 0 for one beyond numbers", () => {
    const boundary = boundaryFor(10_000, 0.05);
    expect(sequentialPValue(boundary, 10_000, 0)).toBe(1);
    expect(sequentialPValue(boundary, 10_000, 1e200)).toBe(0);
  });
});
