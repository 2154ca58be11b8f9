import type { ProgramMeasure, ProgramTest, ProgramWindow } from "../program.ts";
import type { Condition, Source } from "./condition.ts";
import type { Context } from "./context.ts";
import type { EventOperand, Read } from "./operand.ts";
import type { Operators } from "./operators.ts";
import type { Past, Samples } from "./past.ts";
import type { Plan } from "./plan.ts";
import type { hasSequence } from "./sequence.ts";
import type { TraitIndex } from "./trait-index.ts";

/**
 * Parts of the engine that a bundle need not hold from the start. What a program cannot be answered without,
 * `featuresOf` names; all but `index` change answers from false to right ones.
 */
export interface Features {
  /** Date operators, calendar windows, days in a time zone. */
  dates?: Dates;
  /** Reads the past of users who have a list of events; `load` brings it, since few plans go without. */
  lists?: (plan: Plan) => Past;
  /** A user's place under a seed. */
  buckets?: (seed: string, id: string) => number;
  /** Formulas and comparisons with a second one. */
  formulas?: Formulas;
  /** Measures of events other than their count. */
  measures?: Measures;
  /** The operator `matches`. */
  matches?: Operators;
  /** The semver operators. */
  versions?: Operators;
  sequences?: typeof hasSequence;
  /** Answers many segments at once; never needed, pays off from some dozen segments. */
  index?: (plan: Plan) => TraitIndex;
}

/**
 * As few values as measure alike, for some events of a series: the numbers that add up to their sum (for `avg`
 * after how many they were), the least, the largest, the different ones, or the first or the last event as its
 * instant, id and property. No events have none.
 */
export type Digest = readonly unknown[];

/** Exact sums of any run of a column's numbers. */
export interface RunSums {
  /** How many numbers there are. */
  count(begin: number, end: number): number;
  sum(begin: number, end: number): number;
}

export interface Measures {
  /** The measure of the samples from `begin` to before `end` (RULES.md §4); undefined where it is absent. */
  measure(
    operand: EventOperand,
    samples: Samples,
    begin: number,
    end: number,
    context: Context,
    features: Features,
  ): unknown;
  /** The digest of the samples from `begin` to before `end`. */
  digest(
    measure: ProgramMeasure,
    property: string,
    samples: Samples,
    begin: number,
    end: number,
    context: Context,
    features: Features,
  ): Digest;
  /** The digest of the events of two digests: one and the same for a set of events, whatever parts it came in. */
  combine(measure: ProgramMeasure, left: Digest, right: Digest): Digest;
  /** The measure of the events that a digest stands for. */
  valueOf(measure: ProgramMeasure, digest: Digest): unknown;
  /** Sums that cost little to ask for often; undefined where the numbers do not allow it. */
  sums(column: readonly unknown[]): RunSums | undefined;
}

export interface Formulas {
  read(index: number, source: Source): Read;
  compare(test: ProgramTest, second: number, source: Source): Condition;
}

export interface Dates {
  operators: Operators;
  /** A calendar window's [from, to) at the context's now, and when it becomes another one (ms). */
  period(
    window: Extract<ProgramWindow, readonly ["calendar", ...unknown[]]>,
    context: Context,
  ): [from: number, to: number, ends: number];
  /** The day of the zone that an instant lies in. */
  dayOf(ms: number, context: Context): number;
}
