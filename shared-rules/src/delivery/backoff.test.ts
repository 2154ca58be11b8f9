import { expect, test } from "vitest";
import { backoff } from "./backoff.ts";

const BOUNDS = { first: 250, most: 30_000 };
const longest = (failures: number) => backoff(failures, 0, BOUNDS, () => 1);

test("the wait doubles up to a bound, however many failures there were", () => {
  expect([1, 2, 3].map(longest)).toEqual([250, 500, 1_000]);
  expect([7, 8, 9, 1_000, 1e9].map(longest)).toEqual([16_000, 30_000, 30_000, 30_000, 30_000]);
});

test("it is spread over its whole length, after what the edge asked for", () => {
  expect(backoff(5, 0, BOUNDS, () => 0)).toBe(0);
  expect(backoff(5, 2_000, BOUNDS, () => 0)).toBe(2_000);
  expect(backoff(1, 2_000, BOUNDS, () => 0.5)).toBe(2_125);
});

test("without a source of randomness it uses the machine's", () => {
  const waits = Array.from({ length: 100 }, () => backoff(1, 0, BOUNDS));
  expect(new Set(waits).size).toBeGreaterThan(50);
  expect(waits.every((wait) => wait >= 0 && wait < 250)).toBe(true);
});
