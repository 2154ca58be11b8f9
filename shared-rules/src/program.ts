import type { Operator, Scalar } from "./rule.ts";

/**
 * A linked ruleset: validated, normalised JSON that `load` turns into a plan without a parser. Names are
 * resolved, formulas are postfix, durations and instants are ms, and what is equal stands once and is named
 * by its index: series, operands and tests. Each table refers only to what stands before it or in an
 * earlier table, so a reader never loops.
 */
export interface Program {
  format: 1;
  zone: string;
  /** The optional parts of the engine without which some answers would be wrong. */
  needs: Feature[];
  series: ProgramSeries[];
  operands: ProgramOperand[];
  tests: ProgramTest[];
  /** Dependencies first. */
  segments: [key: string, condition: ProgramCondition][];
}

/** A part of the engine that few rulesets use (`Features` of `load`). */
export type Feature = "buckets" | "dates" | "formulas" | "matches" | "measures" | "sequences" | "versions";

/** The events of one name for which a condition holds. */
export type ProgramSeries = [event: string, where?: ProgramWhere];

export type ProgramOperand =
  | ["trait", name: string]
  | ["bucket", seed: string]
  | ["event", series: number, measure: ProgramMeasure, property?: string, window?: ProgramWindow]
  | ["formula", tokens: ProgramToken[]];

export type ProgramMeasure =
  | "count"
  | "days"
  | "firstTime"
  | "lastTime"
  | "sum"
  | "avg"
  | "min"
  | "max"
  | "distinct"
  | "first"
  | "last";

/** Postfix: a number is itself, `[i]` is operand i, a string is an operator or function with its arity. */
export type ProgramToken = number | [operand: number] | [call: string, arity: number];

/** Window bounds in ms: which events count by their time (RULES.md §4). */
export type ProgramWindow =
  /** now − from < ts ≤ now − to; a null `from` is unbounded. */
  | ["rolling", from: number | null, to: number]
  | ["absolute", from: number | null, to: number | null]
  | ["calendar", unit: "day" | "week" | "month" | "quarter" | "year", offset: number, span: number];

/** An operand or a property's name, an operator, its value, and whether case is ignored. */
export type ProgramTest = [operand: number, ...ProgramComparison];
export type ProgramComparison = [op: Operator, value?: ProgramValue, ignoreCase?: boolean];
/** A scalar, a list, or `{ operand }` where a formula is compared with a second one. */
export type ProgramValue = Scalar | readonly Scalar[] | { operand: number };

export type ProgramWhere =
  | ["prop", name: string, ...ProgramComparison]
  | ["first"]
  | ["all" | "any", ...ProgramWhere[]]
  | ["not", ProgramWhere];

export type ProgramCondition =
  | boolean
  | ["test", index: number]
  | ["all" | "any", ...ProgramCondition[]]
  | ["not", ProgramCondition]
  | ["segment", index: number]
  /** A static list of ids. */
  | ["ids", readonly string[]]
  /** The caller brings the answer (`User.answers`). */
  | ["given", key: string]
  | ["sequence", steps: ProgramStep[], window?: ProgramWindow];

/** A step of a sequence: a series, the most ms after the step before, and whether it must be absent. */
export type ProgramStep = [series: number, atMost: number | null, not: boolean];
