import { propertiesOf } from "../event-log.ts";
import type { ProgramMeasure } from "../program.ts";
import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import { isPresent } from "./operators.ts";

type Values = readonly unknown[];

function numbers(values: Values): number[] {
  return values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
}

function sum(values: Values): number {
  return numbers(values).reduce((total, value) => total + value, 0);
}

function extreme(values: Values, better: (a: number, b: number) => boolean): number | undefined {
  let best: number | undefined;
  for (const value of numbers(values)) if (best === undefined || better(value, best)) best = value;
  return best;
}

/** Measures of the values that stand under one property, in order of the events (RULES.md §4). */
const ON_VALUES = new Map<ProgramMeasure, (values: Values) => unknown>([
  ["sum", sum],
  [
    "avg",
    (values) => {
      const count = numbers(values).length;
      return count ? sum(values) / count : undefined;
    },
  ],
  ["min", (values) => extreme(values, (a, b) => a < b)],
  ["max", (values) => extreme(values, (a, b) => a > b)],
  [
    "distinct",
    (values) => new Set(values.filter((value) => isPresent(value) && typeof value !== "object")).size,
  ],
  ["first", (values) => values[0]],
  ["last", (values) => values.at(-1)],
]);

/** The measure of these events, which are in order; undefined where it is absent. */
export function measureEvents(
  events: readonly UserEvent[],
  measure: ProgramMeasure,
  property: string,
  context: Context,
  { dates }: Features,
): unknown {
  switch (measure) {
    case "count":
      return events.length;
    case "days":
      return dates?.countDays(events, context);
    case "firstTime":
      return events[0]?.ts;
    case "lastTime":
      return events.at(-1)?.ts;
    default:
      return ON_VALUES.get(measure)?.(events.map((event) => propertiesOf(event)[property]));
  }
}
