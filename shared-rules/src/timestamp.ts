/** Later than any instant. */
export const NEVER = Number.POSITIVE_INFINITY;
const FIRST = -62_135_596_800_000; // 0001-01-01T00:00:00Z
/** The end of the year 9999: from here on an instant is as good as never. */
export const END = 253_402_300_800_000;

/** Whether a value is a whole number of ms in the years 0001–9999. */
export function isTimestamp(value: unknown): value is number {
  return Number.isInteger(value) && clampInstant(value as number) === value;
}

/** Whether a value can be an event's time: a whole number of ms, 8·10^15 at most from 1970 (253,000 years). */
export function isEventTime(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= 8e15;
}

/** The instant in the years 0001–9999 that is nearest to `ms`; 0 for what is not a number. */
export function clampInstant(ms: number): number {
  return Math.min(Math.max(Math.floor(ms) || 0, FIRST), END - 1);
}
