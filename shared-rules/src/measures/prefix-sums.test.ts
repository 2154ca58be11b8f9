import fc from "fast-check";
import { expect, test } from "vitest";
import { ExactSum } from "./exact-sum.ts";
import { PrefixSums } from "./prefix-sums.ts";

const numbers = fc.oneof(
  fc.integer({ min: -1e6, max: 1e6 }).map((cents) => cents / 100),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.maxSafeInteger(),
  fc.constantFrom<unknown>(0, -0, 0.1, 5e-324, 1e300, 1e308, 2 ** -900, undefined, "1", true),
);

test("the sum of any run is the exact one, rounded once", () => {
  let known = 0;
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 60 }), fc.nat(60), fc.nat(60), (column, a, b) => {
      const [begin, end] = [Math.min(a, b, column.length), Math.min(Math.max(a, b), column.length)];
      const inside = column.slice(begin, end).filter((value) => typeof value === "number");
      const sums = PrefixSums.of(column);
      if (!sums) return;
      known++;
      expect(sums.sum(begin, end)).toBe(new ExactSum(inside).value);
      expect(sums.count(begin, end)).toBe(inside.length);
    }),
    { numRuns: 2_000 },
  );
  expect(known).toBeGreaterThan(100);
});

test("prices have sums; numbers too far apart do not", () => {
  const prices = Array.from({ length: 10_000 }, (_, at) => 0.01 + at / 100);
  expect(PrefixSums.of(prices)?.sum(0, 10_000)).toBe(new ExactSum(prices).value);
  for (const column of [
    [1e300, 1],
    [5e-324, 1],
    [1e308, 1e308],
  ])
    expect(PrefixSums.of(column)).toBeUndefined();
});
