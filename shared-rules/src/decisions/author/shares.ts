import { LIMITS } from "../../limits.ts";
import { readFields } from "../../parse/fields.ts";
import { pointer, quote, refuse } from "../../parse/problem.ts";
import type { Places, Split } from "../definitions.ts";
import { PLACES, sizeOf } from "../places.ts";
import { redistribute } from "../redistribute.ts";
import type { Weights } from "./written.ts";

/** Weights are kept as whole numbers of these. */
const PARTS = 10_000;
const PERCENT = 100 * PARTS;

/** A share as a whole number of parts. */
function readWeight(value: unknown, path: string): number {
  const parts = typeof value === "number" ? Math.round(value * PARTS) : Number.NaN;
  if (typeof value !== "number" || !(value >= 0) || Math.abs(value * PARTS - parts) > 1e-6) {
    refuse(path, "invalid-value", `${quote(value)} is no number of at least 0 with at most four decimals`);
  }
  return parts;
}

/** A percentage as a whole number of parts. */
function readPercent(value: unknown, path: string): number {
  const parts = readWeight(value, path);
  if (parts > PERCENT) refuse(path, "invalid-value", `${quote(value)} is more than 100 percent`);
  return parts;
}

function readWeights(value: unknown, path: string, limit: "variations" | "arms"): [string, number][] {
  const fields = readFields(value, path, "an object of weights");
  if (fields.size > LIMITS[limit])
    refuse(path, `limit-${limit}`, `there are at most ${LIMITS[limit]} ${limit}, and here ${fields.size}`);
  return Array.from(fields, ([name, weight]) => [name, readWeight(weight, pointer(path, name))]);
}

const sum = (weights: readonly [string, number][]) => weights.reduce((total, [, parts]) => total + parts, 0);

/** Whether shares are those that a split is described by: places of a document may be finer, and are to stay. */
function isDescribed(weights: readonly [string, number][], split: Split): boolean {
  const percents = percentsOf(split);
  return (
    weights.length === Object.keys(percents).length &&
    weights.every(([name, parts]) => Object.hasOwn(percents, name) && percents[name] === parts / PARTS)
  );
}

/** Places for percentages by variation; what they leave is nobody's. */
export function placesOfPercents(value: unknown, path: string, before: Split): Split {
  const weights = readWeights(value, path, "variations");
  if (isDescribed(weights, before)) return before;
  if (sum(weights) > PERCENT) refuse(path, "invalid-value", "the weights are more than 100 percent together");
  return redistribute(before, Object.fromEntries(weights), PERCENT);
}

/** Places for weights by arm; together they have all. */
export function placesOfWeights(value: unknown, path: string, before: Split): Split {
  const weights = readWeights(value, path, "arms");
  const total = sum(weights);
  if (total === 0) refuse(path, "invalid-value", "one of the weights is more than 0");
  if (isDescribed(weights, before)) return before;
  // The sum of what is left of the parts once their common tens are gone.
  const tens =
    [10_000, 1_000, 100, 10, 1].find((ten) => weights.every(([, parts]) => parts % ten === 0)) ?? 1;
  if (total / tens > LIMITS.weights)
    refuse(path, "limit-weights", `the weights are at most ${LIMITS.weights} together, as whole numbers`);
  return redistribute(before, Object.fromEntries(weights.map(([name, parts]) => [name, parts / tens])));
}

/** Places for one percentage. */
export function placesOfPercent(value: unknown, path: string, before: Places): Places {
  const parts = readPercent(value, path);
  if (percentOf(before) === parts / PARTS) return before;
  const { in: places = [] } = redistribute({ in: before }, { in: parts }, PERCENT);
  return places;
}

/** Places for one percentage among those that are not taken; what it has stays as far as it may. */
export function placesBeside(value: unknown, path: string, before: Places, taken: Places): Places {
  const parts = readPercent(value, path);
  if (percentOf(before) === parts / PARTS) return before;
  const wanted = Math.floor((parts * PLACES) / PERCENT);
  const left = PLACES - sizeOf(taken);
  if (wanted > left) {
    const percent = Math.floor((left / PLACES) * PERCENT) / PARTS;
    refuse(path, "group-full", `the other experiments of the group leave at most ${percent} percent`);
  }
  const own = firstOf(before, wanted);
  const free = gapsBetween([...taken, ...own]);
  return gapsBetween(gapsBetween([...own, ...firstOf(free, wanted - sizeOf(own))]));
}

/** The first so many of these places. */
function firstOf(places: Places, count: number): Places {
  let left = count;
  return places.flatMap(([from, to]): [number, number][] => {
    const size = Math.min(to - from, left);
    left -= size;
    return size > 0 ? [[from, from + size]] : [];
  });
}

/** The places that are in none of these ranges, which do not overlap; ascending and apart. */
function gapsBetween(ranges: Places): Places {
  const gaps: [number, number][] = [];
  let end = 0;
  for (const [from, to] of [...[...ranges].sort(([a], [b]) => a - b), [PLACES, PLACES] as const]) {
    if (from > end) gaps.push([end, from]);
    end = to;
  }
  return gaps;
}

/** The percentage that places are, to four decimals. */
export function percentOf(places: Places): number {
  return Math.round((sizeOf(places) / PLACES) * PERCENT) / PARTS;
}

/** The percentages that a split comes to; never more than 100 together. */
export function percentsOf(split: Split): Weights {
  const weights = Object.entries(split).map(([name, places]): [string, number] => [
    name,
    Math.round((sizeOf(places) / PLACES) * PERCENT),
  ]);
  const largest = [...weights].sort(([, a], [, b]) => b - a)[0];
  if (largest) largest[1] -= Math.max(0, sum(weights) - PERCENT);
  return Object.fromEntries(weights.map(([name, parts]) => [name, parts / PARTS]));
}
