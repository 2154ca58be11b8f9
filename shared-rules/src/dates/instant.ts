import { isTimestamp } from "../timestamp.ts";

/** A date or a date-time as text, read by RULES.md §1. */
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

export const DAY = 86_400_000;

/** The day number (days since 1970-01-01) of a civil date; months and days beyond their range carry over. */
export function dayNumber(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / DAY;
}

/** `text` as a calendar day (`day`: days since 1970-01-01) or as an instant (`ms`); undefined if it is neither. */
export function parseInstant(
  text: string,
): { day: number; ms?: never } | { ms: number; day?: never } | undefined {
  const date = DATE.exec(text);
  const parts = date ?? DATE_TIME.exec(text);
  if (!parts) return undefined;
  const [year, month, dayOfMonth] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const day = dayNumber(year, month, dayOfMonth);
  const civil = new Date(day * DAY);
  if ((date && year < 1) || civil.getUTCMonth() !== month - 1 || civil.getUTCDate() !== dayOfMonth)
    return undefined;
  if (date) return { day };
  const at = (index: number) => Number(parts[index] ?? 0);
  const offset = (at(9) * 60 + at(10)) * (parts[8] === "-" ? -60_000 : 60_000);
  const milliseconds = Number((parts[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const ms = day * DAY + ((at(4) * 60 + at(5)) * 60 + at(6)) * 1000 + milliseconds - offset;
  return isTimestamp(ms) ? { ms } : undefined;
}

/** The instant (ms) that a value means to a date operator, or undefined where it means none. */
export function readInstant(value: unknown, startOfDay: (day: number) => number): number | undefined {
  if (typeof value === "number") {
    const ms = Math.floor(value);
    return isTimestamp(ms) ? ms : undefined;
  }
  if (typeof value !== "string") return undefined;
  const parsed = parseInstant(value);
  return parsed && (parsed.ms ?? startOfDay(parsed.day as number));
}
