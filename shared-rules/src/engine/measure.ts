import type { ProgramMeasure } from "../program.ts";
import type { Context } from "./context.ts";
import { ExactSum } from "./exact-sum.ts";
import type { Features } from "./features.ts";
import { isPresent } from "./operators.ts";
import type { Samples } from "./past.ts";

/**
 * As few values as measure alike, for some events of a series: how many there are (`count`), the numbers that add
 * up to their sum (`sum`; for `avg` after how many they were), the least, the largest, the different ones, or the
 * first or last event as its instant, id and property.
 */
export type Digest = readonly unknown[];

/** The digest of the samples from `begin` to before `end`. */
export function digest(
  measure: ProgramMeasure,
  property: string,
  samples: Samples,
  begin: number,
  end: number,
  context: Context,
  { dates }: Features,
): Digest {
  const { instants } = samples;
  if (measure === "count") return [end - begin];
  const isLast = measure.startsWith("last");
  if (measure.endsWith("Time")) return begin < end ? [instants[isLast ? end - 1 : begin]] : [];
  const read = samples.column(property);
  if (isLast || measure === "first") {
    const at = isLast ? end - 1 : begin;
    return begin < end ? [instants[at], samples.events()[at]?.id, read(at)] : [];
  }
  const values = new Set<unknown>();
  const numbers: number[] = [];
  for (let at = begin; at < end; at++) {
    const value = measure === "days" ? dates?.dayOf(instants[at] ?? 0, context) : read(at);
    if (typeof value !== "object" && isPresent(value)) values.add(value);
    if (typeof value === "number" && isPresent(value)) numbers.push(value);
  }
  switch (measure) {
    case "sum":
      return numbers;
    case "avg":
      return numbers.length ? [numbers.length, ...numbers] : [];
    case "min":
    case "max":
      return numbers.length ? [numbers.reduce(measure === "min" ? least : largest)] : [];
    default:
      return [...values];
  }
}

const least = (a: number, b: number) => (b < a ? b : a);
const largest = (a: number, b: number) => (b > a ? b : a);

/** The measure of the events that a digest stands for (RULES.md §4); undefined where it is absent. */
export function measureOf(measure: ProgramMeasure, values: Digest): unknown {
  switch (measure) {
    case "sum":
      return sumOf(values);
    case "avg": {
      const [count, ...numbers] = values;
      return count ? sumOf(numbers) / Number(count) : undefined;
    }
    case "days":
    case "distinct":
      return values.length;
    case "first":
    case "last":
      return values[2];
    default:
      return values[0];
  }
}

function sumOf(numbers: Digest): number {
  const sum = new ExactSum();
  for (const number of numbers) sum.add(Number(number));
  return sum.value;
}
