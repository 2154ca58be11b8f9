import { describe, expect, test } from "vitest";
import { dayNumber } from "./instant.ts";
import { isZone, zoneOf } from "./zone.ts";

const HOUR = 3_600_000;

describe("days of a zone (RULES.md §1)", () => {
  test.each([
    ["UTC", [2024, 3, 15], "2024-03-15T00:00:00Z"],
    ["America/New_York", [2024, 3, 10], "2024-03-10T05:00:00Z"],
    ["America/New_York", [2024, 3, 11], "2024-03-11T04:00:00Z"],
    // Midnight does not exist: the clock goes from 23:59 to 01:00.
    ["America/Sao_Paulo", [2018, 11, 4], "2018-11-04T03:00:00Z"],
    ["Africa/Cairo", [2024, 4, 26], "2024-04-25T22:00:00Z"],
    // Midnight comes twice; the day has begun at the first.
    ["America/Sao_Paulo", [2018, 2, 18], "2018-02-18T03:00:00Z"],
    ["America/St_Johns", [2010, 11, 7], "2010-11-07T02:30:00Z"],
    // A local mean time to the second, before there were zones.
    ["Europe/Berlin", [1800, 1, 1], "1799-12-31T23:06:32Z"],
  ] as const)("%s %j begins at %s", (zone, [year, month, day], begins) => {
    expect(new Date(zoneOf(zone).startOfDay(dayNumber(year, month, day))).toISOString()).toBe(
      begins.replace("Z", ".000Z"),
    );
  });

  test("a day that the zone skips is empty", () => {
    const { startOfDay } = zoneOf("Pacific/Apia");
    const skipped = dayNumber(2011, 12, 30);
    expect(startOfDay(skipped)).toBe(startOfDay(skipped + 1));
    expect(startOfDay(skipped)).toBe(Date.parse("2011-12-30T10:00:00Z"));
  });

  test.each([
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/St_Johns",
  ])("%s: every instant lies in the day that has begun last", (name) => {
    const zone = zoneOf(name);
    for (let ms = Date.UTC(2010, 0, 1); ms < Date.UTC(2012, 0, 1); ms += 7 * HOUR + 59_000) {
      const day = zone.dayOf(ms);
      expect(zone.startOfDay(day)).toBeLessThanOrEqual(ms);
      expect(zone.startOfDay(day + 1)).toBeGreaterThan(ms);
      expect(zone.nextHour(ms)).toBeGreaterThan(ms);
    }
  });
});

test("a zone is one that the runtime knows", () => {
  expect(isZone("Europe/Berlin")).toBe(true);
  for (const name of ["Mars/Base", "", "../etc/passwd"]) expect(isZone(name)).toBe(false);
});
