import type { Context } from "../engine/context.ts";
import type { Digest, Features } from "../engine/features.ts";
import { isPresent } from "../engine/operators.ts";
import type { Samples } from "../engine/past.ts";
import { propertiesOf } from "../event-log.ts";
import type { ProgramMeasure } from "../program.ts";
import { ExactSum } from "./exact-sum.ts";

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
  const isLast = measure === "last" || measure === "lastTime";
  const edge = isLast ? end - 1 : begin;
  if (measure === "firstTime" || measure === "lastTime") return begin < end ? [instants[edge]] : [];
  const column = samples.column?.(property);
  const read = (at: number) => {
    const event = samples.events[at];
    return column ? column[at] : event && propertiesOf(event)[property];
  };
  if (measure === "first" || measure === "last")
    return begin < end ? [instants[edge], samples.events[edge]?.id, read(edge)] : [];
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
