import { parseInstant, readInstant } from "../dates/instant.ts";
import { LIMITS } from "../limits.ts";
import { parsePattern } from "../matches/parse-pattern.ts";
import type { Instant, Scalar } from "../rule.ts";
import { parseVersion } from "../versions.ts";
import { readList, readText } from "./fields.ts";
import { pointer, quote, refuse } from "./problem.ts";

function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function parseScalar(value: unknown, path: string): Scalar {
  if (!isScalar(value)) {
    refuse(
      path,
      "wrong-type",
      `${quote(value)} stands where a string, a finite number or a boolean is needed`,
    );
  }
  return value;
}

export function parseNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    refuse(path, "wrong-type", `${quote(value)} stands where a finite number is needed`);
  }
  return value;
}

function parseItems<Item>(
  value: unknown,
  path: string,
  what: string,
  isItem: (item: unknown) => item is Item,
): readonly Item[] {
  const list = readList(value, path, `a list of ${what}`);
  if (list.length > LIMITS.list) {
    refuse(path, "limit-list", `a list has at most ${LIMITS.list} items, and this one has ${list.length}`);
  }
  return Array.from(list, (item, index) => {
    if (!isItem(item)) {
      refuse(pointer(path, index), "wrong-type", `${quote(item)} stands in a list of ${what}`);
    }
    return item;
  });
}

export function parseScalars(value: unknown, path: string): readonly Scalar[] {
  return parseItems(value, path, "strings, finite numbers and booleans", isScalar);
}

export function parseTexts(value: unknown, path: string): readonly string[] {
  return parseItems(value, path, "strings", isText);
}

export function parseRange(value: unknown, path: string): readonly [low: number, high: number] {
  const [low, high, ...more] = readList(value, path, "a list [low, high]");
  if (high === undefined || more.length > 0) {
    refuse(path, "invalid-value", "a range has two numbers, [low, high]");
  }
  return [parseNumber(low, pointer(path, 0)), parseNumber(high, pointer(path, 1))];
}

export function parsePatternText(value: unknown, path: string): string {
  const text = readText(value, path);
  const parsed = parsePattern(text);
  if (!parsed.ok) refuse(path, parsed.problem.code, `${parsed.problem.detail} in the pattern ${quote(text)}`);
  return text;
}

export function parseSemver(value: unknown, path: string): string {
  const text = readText(value, path);
  if (parseVersion(text) === undefined) {
    refuse(
      path,
      "invalid-value",
      `${quote(text)} is no version of semver 2.0; "1.2.3" or "v1.2.3-beta.1" would be`,
    );
  }
  return text;
}

/** An instant; which moment a date means is a matter of the zone, that there is such a date is not. */
export function parseInstantValue(value: unknown, path: string): Instant {
  const legible = typeof value === "string" || typeof value === "number";
  if (!legible || readInstant(value, () => 0) === undefined) {
    refuse(
      path,
      "invalid-value",
      `${quote(value)} is no instant of the years 0001 to 9999; milliseconds since 1970-01-01 UTC, ` +
        `"2024-05-31T12:00:00Z" or "2024-05-31" would be`,
    );
  }
  return value;
}

export function parseDay(value: unknown, path: string): string {
  if (typeof value !== "string" || parseInstant(value)?.day === undefined) {
    refuse(
      path,
      "invalid-value",
      `${quote(value)} is no day; one that exists, such as "2024-05-31", would be`,
    );
  }
  return value;
}
