import { DAY, dayNumber } from "./instant.ts";
import type { Zone } from "./zone.ts";

/** Year, month (1–12) and day of the month of a day number. */
export function civil(day: number): [year: number, month: number, day: number] {
  const date = new Date(day * DAY);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
}

/** 1 Monday – 7 Sunday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The day of month `day` in that month, or the month's last one where it is shorter. */
function clampedDay(year: number, month: number, day: number): number {
  return Math.min(dayNumber(year, month, day), dayNumber(year, month + 1, 1) - 1);
}

export type CalendarUnit = "day" | "week" | "month" | "quarter" | "year";
const MONTHS = { month: 1, quarter: 3, year: 12 };

/**
 * The first day of the period that `day` lies in, moved by `shift` periods. What would begin before the year
 * 0001 begins with it; what would begin after the year 10000, which a zone can be in while UTC is
 * still in 9999, is Infinity.
 */
export function periodStart(unit: CalendarUnit, day: number, shift: number): number {
  let start: number;
  if (unit === "day") start = day + shift;
  else if (unit === "week") start = day + 1 - weekdayOf(day) + shift * 7;
  else {
    const [year, month] = civil(day);
    const months = MONTHS[unit];
    const index = (Math.floor((year * 12 + month - 1) / months) + shift) * months;
    start = index < 12 ? -Infinity : index >= 120_012 ? Infinity : dayNumber(0, index + 1, 1);
  }
  return start > 2_933_261 ? Infinity : Math.max(start, -719_162);
}

/** Whole months from day `from` to day `to` (not before it), as people count an age. */
function wholeMonths(from: number, to: number): number {
  const [fromYear, fromMonth, fromDay] = civil(from);
  const [year, month] = civil(to);
  const months = (year - fromYear) * 12 + month - fromMonth;
  return to < clampedDay(year, month, fromDay) ? months - 1 : months;
}

/** Whole months from day `from` to day `to`; for a later `from`, those from `to` to `from`, negated. */
export function monthsBetween(from: number, to: number): number {
  // The sum with 0 turns −0 into 0.
  return from > to ? 0 - wholeMonths(to, from) : wholeMonths(from, to);
}

/** Whole years, counted like `monthsBetween`. */
export function yearsBetween(from: number, to: number): number {
  return Math.trunc(monthsBetween(from, to) / 12) + 0;
}

/** Whether `today` is a yearly return of `day`: 29 February counts on 28 February in a year without one. */
export function isAnniversary(day: number, today: number): boolean {
  const [year, month, dayOfMonth] = civil(day);
  const [thisYear] = civil(today);
  return thisYear > year && clampedDay(thisYear, month, dayOfMonth) === today;
}

/** The next instant (ms) after today's begin at which `isAnniversary` may change. */
export function nextAnniversary(zone: Zone, day: number, today: number, now: number): number {
  if (isAnniversary(day, today)) return zone.startOfDay(today + 1);
  const [year, month, dayOfMonth] = civil(day);
  for (let at = Math.max(year + 1, civil(today)[0]); ; at++) {
    const start = zone.startOfDay(clampedDay(at, month, dayOfMonth));
    if (start > now) return start;
  }
}

/** The next instant (ms) after `now` at which months or years since `day` may count one more. */
export function nextMonthDay(zone: Zone, day: number, today: number, monthsApart: 1 | 12): number {
  if (day > today) return zone.startOfDay(today + 1);
  const [fromYear, fromMonth, dayOfMonth] = civil(day);
  const whole = Math.floor(wholeMonths(day, today) / monthsApart) + 1;
  const next = fromMonth + whole * monthsApart;
  return zone.startOfDay(Math.max(today + 1, clampedDay(fromYear, next, dayOfMonth)));
}
