import { describe, expect, test } from "vitest";
import {
  isAnniversary,
  monthsBetween,
  nextMonthDay,
  periodStart,
  weekdayOf,
  yearsBetween,
} from "./calendar.ts";
import { dayNumber } from "./instant.ts";
import { zoneOf } from "./zone.ts";

const day = (text: string) => Date.parse(text) / 86_400_000;

describe("ages, as people count them (RULES.md §5)", () => {
  test.each([
    ["2024-01-31", "2024-02-28", 0],
    ["2024-01-31", "2024-02-29", 1],
    ["2024-01-31", "2024-03-30", 1],
    ["2024-01-31", "2024-03-31", 2],
    ["2024-03-31", "2024-01-31", -2],
    ["2024-03-15", "2024-03-15", 0],
  ])("months from %s to %s: %i", (from, to, months) => {
    expect(monthsBetween(day(from), day(to))).toBe(months);
  });

  test.each([
    ["2000-02-29", "2001-02-27", 0],
    ["2000-02-29", "2001-02-28", 1],
    ["2000-02-29", "2004-02-28", 3],
    ["2000-02-29", "2004-02-29", 4],
  ])("years from %s to %s: %i", (from, to, years) => {
    expect(yearsBetween(day(from), day(to))).toBe(years);
  });

  test("months and years do not change before the day that is said", () => {
    const utc = zoneOf("UTC");
    for (let from = day("2023-12-25"); from < day("2024-03-05"); from++) {
      for (let today = from; today < from + 800; today += 13) {
        for (const unit of [1, 12] as const) {
          const count = unit === 1 ? monthsBetween : yearsBetween;
          const next = nextMonthDay(utc, from, today, unit) / 86_400_000;
          expect(next).toBeGreaterThan(today);
          expect(count(from, next - 1)).toBe(count(from, today));
          expect(count(from, next)).toBe(count(from, today) + 1);
        }
      }
    }
  });
});

test("29 February has its anniversary on 28 February in a year without one", () => {
  expect(isAnniversary(day("2000-02-29"), day("2001-02-28"))).toBe(true);
  expect(isAnniversary(day("2000-02-29"), day("2004-02-28"))).toBe(false);
  expect(isAnniversary(day("2000-02-29"), day("2004-02-29"))).toBe(true);
  expect(isAnniversary(day("2000-02-29"), day("2000-02-29"))).toBe(false);
});

test("periods begin with their first day and stay within the years 1 to 10000", () => {
  expect(periodStart("week", day("2024-03-17"), 0)).toBe(day("2024-03-11"));
  expect(periodStart("month", day("2024-03-17"), -3)).toBe(day("2023-12-01"));
  expect(periodStart("quarter", day("2024-03-17"), -1)).toBe(day("2023-10-01"));
  expect(periodStart("year", day("2024-03-17"), 1)).toBe(day("2025-01-01"));
  for (const unit of ["day", "week", "month", "quarter", "year"] as const) {
    expect(periodStart(unit, 0, -1e300)).toBe(dayNumber(1, 1, 1));
    expect(periodStart(unit, 0, 1e300)).toBe(Number.POSITIVE_INFINITY);
  }
});

test("weeks begin on Monday", () => {
  expect(["2024-03-11", "2024-03-17", "1969-12-31"].map((text) => weekdayOf(day(text)))).toEqual([1, 7, 3]);
});
