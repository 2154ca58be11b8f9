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
  const reading = new Reading(table, asked);
  const fail = (errorCode: ErrorCode, until: number | null = null) =>
    ({ flag, value: fallback, reason: "ERROR", errorCode, until }) as const;
  const found = own(table.flags, flag);
  const choice = found && chooseVariation(flag, found, reading);
  const value = choice && found.variations[choice.variation];
  if (!choice || value === undefined) return fail("FLAG_NOT_FOUND");
  if (!fitsFallback(value, fallback)) return fail("TYPE_MISMATCH");
  if (!reading.ready) return fail("PROVIDER_NOT_READY", reading.until);
  // The copy comes first: one into an object that has parts already takes as long as all that was decided.
  return { ...choice, flag, value, until: reading.until };
}
