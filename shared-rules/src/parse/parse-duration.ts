import type { Duration } from "../rule.ts";
import { allowOnly, readFields, readForm } from "./fields.ts";
import { pointer, quote, refuse } from "./problem.ts";

const UNITS = ["seconds", "minutes", "hours", "days", "weeks"] as const;
const WHAT = 'a duration such as { "days": 7 }';

/** One unit with a positive integer (RULES.md §1). */
export function parseDuration(value: unknown, path: string): Duration {
  const fields = readFields(value, path, WHAT);
  allowOnly(fields, path, UNITS);
  const unit = readForm(fields, path, WHAT, UNITS);
  const count = fields.get(unit);
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1) {
    refuse(pointer(path, unit), "invalid-value", `${quote(count)} is not a positive whole number of ${unit}`);
  }
  switch (unit) {
    case "seconds":
      return { seconds: count };
    case "minutes":
      return { minutes: count };
    case "hours":
      return { hours: count };
    case "days":
      return { days: count };
    case "weeks":
      return { weeks: count };
  }
}

const MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000, weeks: 604_800_000 };

/** A duration in milliseconds; Infinity where it is longer than numbers reach. */
export function durationMs(duration: Duration): number {
  return UNITS.reduce((ms, unit) => ms + (duration[unit] ?? 0) * MS[unit], 0);
}
