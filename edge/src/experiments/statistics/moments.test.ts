import { sampleVariance } from "simple-statistics";
import { describe, expect, test } from "vitest";
import { BOUNDS } from "./bounds.ts";
import { momentsOf, type Summary } from "./moments.ts";

const summarise = (values: readonly number[]): Summary => ({
  users: values.length,
  sum: values.reduce((sum, value) => sum + value, 0),
  sumOfSquares: values.reduce((sum, value) => sum + value * value, 0),
});

describe("moments", () => {
  test("of values are their mean and sample variance", () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(momentsOf(summarise(values))).toEqual({ users: 8, mean: 5, variance: 32 / 7 });
    expect(sampleVariance(values)).toBeCloseTo(32 / 7, 14);
  });

  test("of a conversion are those of its ones and zeros", () => {
    const moments = momentsOf({ users: 5, converted: 2 });
    expect(moments?.mean).toBe(0.4);
    expect(moments?.variance).toBeCloseTo(sampleVariance([1, 1, 0, 0, 0]), 14);
  });

  test("see no variance in what is rounding only", () => {
    expect(momentsOf(summarise(new Array(1_000).fill(0.1)))?.variance).toBe(0);
  });

  test.each<Summary>([
    { users: 0, converted: 0 },
    { users: 1, converted: 1 },
    { users: 10, converted: 11 },
    { users: 10, converted: -1 },
    { users: 10, converted: 0.5 },
    { users: Number.NaN, converted: 0 },
    { users: Number.POSITIVE_INFINITY, converted: 0 },
    { users: 10, sum: 10, sumOfSquares: 5 },
    { users: 10, sum: 0, sumOfSquares: -1 },
    { users: 10, sum: Number.NaN, sumOfSquares: 1 },
    { users: 10, sum: 1, sumOfSquares: Number.POSITIVE_INFINITY },
  ])("are not there for %j", (summary) => {
    expect(momentsOf(summary)).toBeNull();
  });

  test("are bounded (law 9)", () => {
    const users = (count: number) => momentsOf({ users: count, converted: 1 });
    expect([BOUNDS.users - 1, BOUNDS.users, BOUNDS.users + 1].map((count) => users(count) !== null)).toEqual([
      true,
      true,
      false,
    ]);
    const squares = (sumOfSquares: number) => momentsOf({ users: 2, sum: 0, sumOfSquares });
    expect(squares(BOUNDS.sum)).not.toBeNull();
    expect(squares(BOUNDS.sum * 1.000001)).toBeNull();
  });
});
