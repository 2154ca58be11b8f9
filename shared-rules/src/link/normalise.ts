import { parseInstant, readInstant } from "../dates/instant.ts";
import type { Zone } from "../dates/zone.ts";
import { durationMs } from "../parse/parse-duration.ts";
import type { ProgramComparison, ProgramValue, ProgramWindow } from "../program.ts";
import type { Comparison, Duration, Instant, Window } from "../rule.ts";

/** Longer than all years from 0001 to 9999, and short enough for sums with instants to stay whole numbers. */
const FOREVER = 400_000_000_000_000;

/** A duration in ms; one that is longer than all of time counts as just that. */
export function boundedMs(duration: Duration): number {
  return Math.min(durationMs(duration), FOREVER);
}

/** An instant of a rule in ms; a date is the beginning of its day in the zone. */
function instantMs(instant: Instant, zone: Zone): number {
  return readInstant(instant, zone.startOfDay) ?? Number.NaN;
}

/** A window with its bounds in ms. */
export function normaliseWindow(window: Window, zone: Zone): ProgramWindow {
  if ("ago" in window) return ["rolling", boundedMs(window.ago[0]), boundedMs(window.ago[1])];
  if ("olderThan" in window) return ["rolling", null, boundedMs(window.olderThan)];
  if ("calendar" in window) return ["calendar", window.calendar, window.offset ?? 0, window.span ?? 1];
  if ("from" in window || "to" in window) {
    const bound = (instant: Instant | undefined) => (instant === undefined ? null : instantMs(instant, zone));
    return ["absolute", bound(window.from), bound(window.to)];
  }
  return ["rolling", boundedMs(window), 0];
}

function normaliseValue(comparison: Comparison, zone: Zone): ProgramValue | undefined {
  switch (comparison.op) {
    case "exists":
    case "missing":
    case "anniversary":
      return undefined;
    case "before":
    case "after":
      return instantMs(comparison.value, zone);
    case "on": {
      const day = parseInstant(comparison.value)?.day ?? Number.NaN;
      return [zone.startOfDay(day), zone.startOfDay(day + 1)];
    }
    case "within":
    case "olderThan":
    case "upcoming":
      return boundedMs(comparison.value);
    default:
      return comparison.value;
  }
}

/** A comparison with its value as the operators read it. */
export function normaliseComparison(comparison: Comparison, zone: Zone): ProgramComparison {
  const value = normaliseValue(comparison, zone);
  if (value === undefined) return [comparison.op];
  return "ignoreCase" in comparison && comparison.ignoreCase
    ? [comparison.op, value, true]
    : [comparison.op, value];
}
