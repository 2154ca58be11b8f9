import { propertiesOf } from "../event-log.ts";
import type { ProgramMeasure } from "../program.ts";
import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import { isPresent } from "./operators.ts";

type Values = readonly unknown[];
type Fold = (a: number, b: number) => number;

const add: Fold = (a, b) => a + b;

/** Measures the numbers among the values; with none of them it is absent, or `empty`. */
const ofNumbers =
  (fold: Fold, empty?: number, divide = false) =>
  (values: Values): number | undefined => {
    const numbers = values.filter(
      (value): value is number => typeof value === "number" && Number.isFinite(value),
    );
    return numbers.length ? numbers.reduce(fold) / (divide ? numbers.length : 1) : empty;
  };

/** Measures of the values that stand under one property, in order of the events (RULES.md §4). */
const ON_VALUES = new Map<ProgramMeasure, (values: Values) => unknown>([
  ["sum", ofNumbers(add, 0)],
  ["avg", ofNumbers(add, undefined, true)],
  ["min", ofNumbers((a, b) => (b < a ? b : a))],
  ["max", ofNumbers((a, b) => (b > a ? b : a))],
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
