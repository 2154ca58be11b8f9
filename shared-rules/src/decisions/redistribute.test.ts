import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "../limits.ts";
import type { Split } from "./definitions.ts";
import { PLACES, runsOf, sizeOf } from "./places.ts";
import { redistribute } from "./redistribute.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);
const LONG = 600_000;

const NAMES = ["a", "b", "c", "d", "e"];
const weight = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 100_000 }));

interface Edit {
  weights: { readonly [name: string]: number };
  sum: number;
}

/** Weights of some names, with a part that is nobody's. */
const edit: fc.Arbitrary<Edit> = fc
  .record({ weights: fc.dictionary(fc.constantFrom(...NAMES), weight, { minKeys: 1 }), nobody: weight })
  .map(({ weights, nobody }) => ({
    weights,
    sum: Object.values(weights).reduce((sum, one) => sum + one, nobody),
  }))
  .filter(({ sum }) => sum > 0);
const edits = fc.array(edit, { minLength: 2, maxLength: 12 });

function follow(steps: readonly Edit[]): Split {
  return steps.reduce<Split>((split, { weights, sum }) => redistribute(split, weights, sum), {});
}

/** How many places each name of one split has given to each name of another; null is nobody. */
function movements(
  before: Split,
  after: Split,
): { from: string | null; to: string | null; places: number }[] {
  const found: { from: string | null; to: string | null; places: number }[] = [];
  for (const a of runsOf(before)) {
    for (const b of runsOf(after)) {
      const places = Math.min(a.to, b.to) - Math.max(a.from, b.from);
      if (places > 0 && a.name !== b.name) found.push({ from: a.name, to: b.name, places });
    }
  }
  return found;
}

const total = (parts: readonly { places: number }[]) => parts.reduce((sum, { places }) => sum + places, 0);

function sizesOf(split: Split): Map<string | null, number> {
  const sizes = new Map<string | null, number>();
  for (const { name, from, to } of runsOf(split)) sizes.set(name, (sizes.get(name) ?? 0) + to - from);
  return sizes;
}

/** The fewest places that any rounding of the weights moves: all of them are tried. */
function leastMovement(before: Split, { weights, sum }: Edit): number {
  const given = Object.values(weights).reduce((all, one) => all + one, 0);
  const wanted: [string | null, number][] = [...Object.entries(weights), [null, sum - given]];
  for (const name of Object.keys(before)) if (!Object.hasOwn(weights, name)) wanted.push([name, 0]);
  const has = sizesOf(before);
  const options = wanted.map(([name, one]) => {
    const exact = (BigInt(one) * BigInt(PLACES)) / BigInt(sum);
    const isWhole = exact * BigInt(sum) === BigInt(one) * BigInt(PLACES);
    return { has: has.get(name) ?? 0, sizes: isWhole ? [Number(exact)] : [Number(exact), Number(exact) + 1] };
  });
  const least = (index: number, left: number): number => {
    const option = options[index];
    if (!option) return left === 0 ? 0 : Infinity;
    return Math.min(
      ...option.sizes.map((size) => Math.max(0, option.has - size) + least(index + 1, left - size)),
    );
  };
  return least(0, PLACES);
}

describe("redistribute", () => {
  test(
    "gives each name its exact share, up to a rounding by less than one place",
    () => {
      fc.assert(
        fc.property(edits, (steps) => {
          const { weights, sum } = steps.at(-1) ?? { weights: {}, sum: 1 };
          const split = follow(steps);
          expect(Object.keys(split)).toEqual(Object.keys(weights));
          for (const [name, places] of Object.entries(split)) {
            const exact = ((weights[name] ?? 0) / sum) * PLACES;
            expect(Math.abs(sizeOf(places) - exact)).toBeLessThan(1.000001);
            for (const [index, [from, to]] of places.entries()) {
              expect(from).toBeLessThan(to);
              expect(from).toBeGreaterThan(places[index - 1]?.[1] ?? -1);
              expect(to).toBeLessThanOrEqual(PLACES);
            }
          }
          const taken = Object.values(split).reduce((all, places) => all + sizeOf(places), 0);
          expect(runsOf(split).reduce((all, { name, from, to }) => all + (name ? to - from : 0), 0)).toBe(
            taken,
          );
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test(
    "moves as few places as any way to reach these shares can",
    () => {
      fc.assert(
        fc.property(edits, (steps) => {
          const before = follow(steps.slice(0, -1));
          const last = steps.at(-1);
          if (!last) return;
          const moved = total(movements(before, redistribute(before, last.weights, last.sum)));
          expect(moved).toBe(leastMovement(before, last));
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test(
    "moves no place between two names that both keep their weight",
    () => {
      const pair = fc.tuple(edits, edit, fc.subarray(NAMES));
      fc.assert(
        fc.property(pair, ([steps, { weights, sum }, kept]) => {
          const last = steps.at(-1);
          if (!last) return;
          const before = follow(steps);
          // The kept ones have the share that they had: the others are changed, and nobody takes up the rest.
          const next: { [name: string]: number } = {};
          for (const name of NAMES) {
            const one = kept.includes(name) ? last.weights[name] : Object.hasOwn(weights, name) && 0;
            if (typeof one === "number") next[name] = one;
          }
          const used = Object.values(next).reduce((all, one) => all + one, 0);
          const changed = NAMES.find((name) => !kept.includes(name));
          if (changed) next[changed] = Math.floor((last.sum - used) * (sum > 0 ? 0.5 : 1));
          for (const { from, to } of movements(before, redistribute(before, next, last.sum))) {
            expect(from !== null && to !== null && kept.includes(from) && kept.includes(to)).toBe(false);
          }
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test(
    "changes nothing where the weights are those before, and adds at most one range for each name",
    () => {
      fc.assert(
        fc.property(edits, (steps) => {
          const before = follow(steps.slice(0, -1));
          const { weights, sum } = steps.at(-1) ?? { weights: {}, sum: 1 };
          const split = redistribute(before, weights, sum);
          expect(redistribute(split, weights, sum)).toEqual(split);
          const names = new Set([...Object.keys(before), ...Object.keys(split)]).size;
          expect(runsOf(split).length - runsOf(before).length).toBeLessThanOrEqual(names);
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  test("stays in few ranges through thousands of edits", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / PLACES) * below);
    };
    const names = Array.from({ length: LIMITS.arms }, (_, index) => `arm-${index}`);
    let split: Split = {};
    let most = 0;
    for (let step = 0; step < 5_000; step++) {
      const weights = Object.fromEntries(names.map((name) => [name, random(random(2) ? 3 : 100)]));
      const sum = Object.values(weights).reduce((all, one) => all + one, 0) + random(50) + 1;
      split = redistribute(split, weights, sum);
      most = Math.max(most, runsOf(split).length);
    }
    expect(most).toBeLessThanOrEqual(3 * LIMITS.arms);
    expect(most).toBeLessThan(LIMITS.ranges);
  });

  test("the first places go in order, and a change moves the border between two neighbours", () => {
    const half = PLACES / 2;
    const split = redistribute({}, { a: 1, b: 1 });
    expect(split).toEqual({ a: [[0, half]], b: [[half, PLACES]] });
    expect(redistribute(split, { a: 3, b: 1 })).toEqual({ a: [[0, half * 1.5]], b: [[half * 1.5, PLACES]] });
    expect(redistribute(split, { a: 1, b: 1 }, 4)).toEqual({
      a: [[0, half / 2]],
      b: [[half * 1.5, PLACES]],
    });
    expect(redistribute(split, { b: 1 })).toEqual({ b: [[0, PLACES]] });
  });

  test.each([
    [{}, undefined],
    [{ a: 0 }, undefined],
    [{ a: -1, b: 2 }, undefined],
    [{ a: 0.5, b: 0.5 }, undefined],
    [{ a: Number.NaN }, undefined],
    [{ a: 2 }, 1],
    [{ a: 1 }, LIMITS.weights + 1],
  ])("refuses %j of %s", (weights, sum) => {
    expect(() => redistribute({}, weights, sum)).toThrow(RangeError);
  });

  test.each([LIMITS.weights - 1, LIMITS.weights])("takes weights of %i in all", (sum) => {
    expect(sizeOf(redistribute({}, { a: 1 }, sum).a ?? [])).toBe(Math.floor(PLACES / sum));
  });

  test("takes any name for a name", () => {
    const split = redistribute(redistribute({}, { constructor: 1, toString: 1 }), {
      constructor: 1,
      valueOf: 1,
    });
    expect(split).toEqual({ constructor: [[0, PLACES / 2]], valueOf: [[PLACES / 2, PLACES]] });
  });
});
