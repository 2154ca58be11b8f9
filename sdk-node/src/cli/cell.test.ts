import { expect, test } from "vitest";
import { type Cell, type CellType, parseCell } from "./cell.ts";
import { isZoneName, parseTime } from "./time.ts";

test.each<[CellType, string, unknown]>([
  ["auto", "", undefined],
  ["auto", "139.12", 139.12],
  ["auto", "-1", -1],
  ["auto", "007", "007"],
  ["auto", "1e400", "1e400"],
  ["auto", "12345678901234567890", "12345678901234567890"],
  ["auto", " 5", " 5"],
  ["auto", "true", true],
  ["auto", "C536379", "C536379"],
  ["string", "536365", "536365"],
  ["boolean", "false", false],
  ["list", "a; b;c", ["a", "b", "c"]],
  ["time", "2010-12-01 08:26:00", Date.UTC(2010, 11, 1, 8, 26)],
])("%s reads %j as %j", (type, cell, value) => {
  expect(parseCell(cell, type, "UTC")).toEqual({ value });
});

test.each<[CellType, string, string]>([
  ["number", "12,5", '"12,5" is not a number such as -12.5'],
  ["boolean", "yes", '"yes" is neither true nor false'],
  ["time", "1/12/2010", '"1/12/2010" is not a time such as 2026-01-31T08:30:00Z'],
])("%s refuses %j", (type, cell, problem) => {
  expect(parseCell(cell, type, "UTC")).toEqual({ problem } satisfies Cell);
});

test.each([
  ["2011-05-31T15:53:00Z", undefined, "2011-05-31T15:53:00.000Z"],
  ["2011-05-31 15:53+0200", undefined, "2011-05-31T13:53:00.000Z"],
  ["2011-05-31", "UTC", "2011-05-31T00:00:00.000Z"],
  ["2011-05-31 15:53:00.1239", "Europe/Paris", "2011-05-31T13:53:00.123Z"],
  ["2011-01-31 15:53", "Europe/Paris", "2011-01-31T14:53:00.000Z"],
  // The clock shows 02:30 twice on this day, and never on the next one.
  ["2010-10-31 02:30", "Europe/Paris", "2010-10-31T00:30:00.000Z"],
  ["2011-03-27 02:30", "Europe/Paris", "2011-03-27T01:30:00.000Z"],
  ["2011-03-27 08:00", "America/New_York", "2011-03-27T12:00:00.000Z"],
  ["2011-03-27 08:00", "-03:30", "2011-03-27T11:30:00.000Z"],
])("%s in %s is %s", (cell, zone, iso) => {
  const time = parseTime(cell, "iso", zone);
  expect(typeof time === "number" ? new Date(time).toISOString() : time).toBe(iso);
});

test("times in numbers, and times that are none", () => {
  expect(parseTime("1306857180", "s", undefined)).toBe(1_306_857_180_000);
  expect(parseTime("1306857180.25", "s", undefined)).toBe(1_306_857_180_250);
  expect(parseTime("1306857180000", "ms", undefined)).toBe(1_306_857_180_000);
  expect(parseTime("yesterday", "ms", undefined)).toBe('"yesterday" is not a number of milliseconds');
  expect(parseTime("2011-02-30", "iso", "UTC")).toBe('"2011-02-30" does not exist');
  expect(parseTime("2011-02-28 25:00", "iso", "UTC")).toBe('"2011-02-28 25:00" does not exist');
  expect(parseTime("2011-05-31 15:53", "iso", undefined)).toContain("--zone UTC");
  expect([isZoneName("UTC"), isZoneName("+05:30"), isZoneName("Europe/Berlin"), isZoneName("Mars")]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
