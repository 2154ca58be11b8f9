import type { FlagValue } from "../definitions.ts";
import type { DecisionTable } from "../table.ts";
import type { Asked } from "./asked.ts";
import { type Choice, chooseVariation } from "./choose-variation.ts";
import type { Decision, ErrorCode } from "./decision.ts";
import { own, Reading } from "./reading.ts";

/** Whether a flag with this value can be asked for with this fallback: it is of the same type, and undefined fits any. */
export function fitsFallback(value: FlagValue, fallback: FlagValue | null | undefined): boolean {
  return fallback === undefined || typeof value === typeof fallback;
}

/** The type of a fallback, not its value; a flag of another type gives the fallback itself. */
export type Widened<Value> = Value extends boolean
  ? boolean
  : Value extends string
    ? string
    : Value extends number
      ? number
      : Value | FlagValue;

/** What a flag is for a user at an instant, and why. */
export interface FlagDecision<Value> extends Decision, Partial<Omit<Choice, "reason">> {
  flag: string;
  /** The variation's value; the caller's own where there is an error. */
  value: Value;
}

/**
 * Decides a flag. Pure and total: it never throws, and where the flag cannot be decided the value is the caller's
 * `fallback` and `errorCode` says why. A fallback of another type than the flag's is such an error; undefined fits any.
 */
export function decideFlag<Value extends FlagValue | null | undefined>(
  table: DecisionTable,
  flag: string,
  fallback: Value,
  asked: Asked,
): FlagDecision<Widened<Value>>;
export function decideFlag(
  table: DecisionTable,
  flag: string,
  fallback: FlagValue | null | undefined,
  asked: Asked,
): FlagDecision<FlagValue | null | undefined> {
  const found = own(table.flags, flag);
  if (!found) return fail(flag, fallback, "FLAG_NOT_FOUND", null);
  const reading = new Reading(table, asked);
  const choice = chooseVariation(flag, found, reading);
  const value = found.variations[choice.variation];
  if (value === undefined) return fail(flag, fallback, "FLAG_NOT_FOUND", null);
  if (!fitsFallback(value, fallback)) return fail(flag, fallback, "TYPE_MISMATCH", null);
  const { ready, until } = reading;
  if (!ready) return fail(flag, fallback, "PROVIDER_NOT_READY", until);
  // Written out, since copying a choice of unknown shape takes as long as all that was decided.
  const { variation, reason, rule, segmentVersion, prerequisite, assignment } = choice;
  const decision: FlagDecision<FlagValue> =
    rule === undefined
      ? { flag, value, variation, reason, until }
      : { flag, value, variation, reason, rule, until };
  if (segmentVersion !== undefined) decision.segmentVersion = segmentVersion;
  if (prerequisite !== undefined) decision.prerequisite = prerequisite;
  if (assignment) decision.assignment = assignment;
  return decision;
}

function fail<Value>(
  flag: string,
  value: Value,
  errorCode: ErrorCode,
  until: number | null,
): FlagDecision<Value> {
  return { flag, value, reason: "ERROR", errorCode, until };
}
