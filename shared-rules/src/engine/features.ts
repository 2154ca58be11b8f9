import type { ProgramTest, ProgramWindow } from "../program.ts";
import type { Condition, Source } from "./condition.ts";
import type { Context } from "./context.ts";
import type { Read } from "./operand.ts";
import type { Operators } from "./operators.ts";
import type { Past } from "./past.ts";
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
  /** The operator `matches`. */
  matches?: Operators;
  /** The semver operators. */
  versions?: Operators;
  sequences?: typeof hasSequence;
  /** Answers many segments at once; never needed, pays off from some dozen segments. */
  index?: (plan: Plan) => TraitIndex;
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
