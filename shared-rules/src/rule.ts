/** The rule language as TypeScript types. Meaning: docs/spec/RULES.md. */

/** A value that can be compared for equality. Numbers are finite. */
export type Scalar = string | number | boolean;

/** What a trait or a property can hold; anything else that stands there counts as absent (§1). */
export type Value = Scalar | readonly string[];

type Unit = "seconds" | "minutes" | "hours" | "days" | "weeks";

/** Exactly one unit with a positive integer; a day is 24 hours. */
export type Duration = { [U in Unit]: Record<U, number> & Partial<Record<Exclude<Unit, U>, never>> }[Unit];

/** Milliseconds since the epoch, a date-time with an offset, or a date (its first moment in the zone). */
export type Instant = number | string;

/** An operator with its value, as it stands beside any operand (§3). */
export type Comparison =
  | { op: "eq" | "neq"; value: Scalar; ignoreCase?: boolean }
  | { op: "in" | "notIn"; value: readonly Scalar[]; ignoreCase?: boolean }
  | {
      op: "contains" | "notContains" | "startsWith" | "endsWith" | "matches";
      value: string;
      ignoreCase?: boolean;
    }
  | { op: "gt" | "gte" | "lt" | "lte"; value: number }
  | { op: "between"; value: readonly [low: number, high: number] }
  | { op: "hasAny" | "hasNone" | "hasAll"; value: readonly string[] }
  | { op: "exists" | "missing" | "anniversary" }
  | { op: "semverEq" | "semverGt" | "semverGte" | "semverLt" | "semverLte"; value: string }
  | { op: "before" | "after"; value: Instant }
  | { op: "on"; value: string }
  | { op: "within" | "olderThan" | "upcoming"; value: Duration };

/** The name of an operator. */
export type Operator = Comparison["op"];

/** A condition on one event (§4). */
export type Where =
  | { all: readonly Where[] }
  | { any: readonly Where[] }
  | { not: Where }
  | ({ prop: string } & Comparison)
  | { first: true };

/** Which events count, by their time (§4). */
export type Window =
  | Duration
  | { ago: readonly [from: Duration, to: Duration] }
  | { olderThan: Duration }
  | { from: Instant; to?: Instant }
  | { from?: Instant; to: Instant }
  | { calendar: "day" | "week" | "month" | "quarter" | "year"; offset?: number; span?: number };

/** What is measured of the matching events (§4). */
export type Measure =
  | "count"
  | "days"
  | "firstTime"
  | "lastTime"
  | { sum: string }
  | { avg: string }
  | { min: string }
  | { max: string }
  | { distinct: string }
  | { first: string }
  | { last: string };

export type TraitOperand = { trait: string };
export type EventOperand = { event: string; where?: Where; measure?: Measure; within?: Window };
export type FormulaOperand = { formula: string; let?: { readonly [name: string]: Operand } };

/** What a `let` or a computed trait may name (§5). */
export type Operand = TraitOperand | EventOperand | FormulaOperand;

/** One step of a sequence (§6). */
export type Step =
  | { event: string; where?: Where; atMost?: Duration }
  | { not: { event: string; where?: Where }; atMost?: Duration };

/** A formula may also be compared with a second formula under the same `let`. */
export type FormulaComparison = Comparison | { op: Operator; value: { formula: string } };

/** A segment's rule, or any condition inside one (§2). */
export type Rule =
  | { all: readonly Rule[] }
  | { any: readonly Rule[] }
  | { not: Rule }
  | { segment: string }
  | (TraitOperand & Comparison)
  | (EventOperand & Comparison)
  | (FormulaOperand & FormulaComparison)
  | { sequence: readonly Step[]; within?: Window }
  | ({ bucket: string } & Comparison);

/** What a segment's lifecycle says; a segment without a status is active. */
export type SegmentStatus = "draft" | "active" | "paused" | "archived";

/** A segment as the evaluator needs it: a rule, or a static list of ids. */
export type SegmentDefinition =
  | { rule: Rule; status?: SegmentStatus; members?: readonly string[] }
  | { members: readonly string[]; status?: SegmentStatus };

/** All definitions of a workspace. */
export interface Ruleset {
  /** IANA time zone of the workspace. */
  zone: string;
  segments: { readonly [key: string]: SegmentDefinition };
  /** Computed traits: an operand, or a formula's text. */
  computed?: { readonly [name: string]: Operand | string };
}
