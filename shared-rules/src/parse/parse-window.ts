import type { Window } from "../rule.ts";
import { allowOnly, optional, readFields, readList } from "./fields.ts";
import { durationMs, parseDuration } from "./parse-duration.ts";
import { parseInstantValue } from "./parse-value.ts";
import { pointer, quote, refuse } from "./problem.ts";

const PERIODS = ["day", "week", "month", "quarter", "year"] as const;

function parsePeriod(value: unknown, path: string): (typeof PERIODS)[number] {
  const period = PERIODS.find((known) => known === value);
  if (period === undefined) {
    refuse(path, "invalid-value", `${quote(value)} is no calendar period; there are ${PERIODS.join(", ")}`);
  }
  return period;
}

function parseCount(value: unknown, path: string, min: number, max: number, what: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    refuse(path, "invalid-value", `${quote(value)} stands where ${what} is needed`);
  }
  return value;
}

function parseAgo(value: unknown, path: string): Window {
  const [longer, shorter, ...more] = readList(value, path, "a list of two durations");
  if (shorter === undefined || more.length > 0) {
    refuse(path, "invalid-value", "ago has two durations, the longer one first");
  }
  const from = parseDuration(longer, pointer(path, 0));
  const to = parseDuration(shorter, pointer(path, 1));
  if (durationMs(from) <= durationMs(to)) {
    refuse(path, "invalid-value", "the first of the two durations of ago is longer than the second");
  }
  return { ago: [from, to] };
}

/** Which events count by their time (RULES.md §4). */
export function parseWindow(value: unknown, path: string): Window {
  const fields = readFields(value, path, 'a window such as { "days": 7 } or { "calendar": "month" }');
  const at = (key: string) => pointer(path, key);
  if (fields.has("calendar")) {
    allowOnly(fields, path, ["calendar", "offset", "span"]);
    return {
      calendar: parsePeriod(fields.get("calendar"), at("calendar")),
      ...optional(fields, "offset", (offset) =>
        parseCount(offset, at("offset"), -Infinity, 0, "0 or a negative whole number"),
      ),
      ...optional(fields, "span", (span) =>
        parseCount(span, at("span"), 1, Infinity, "a positive whole number"),
      ),
    };
  }
  if (fields.has("ago")) {
    allowOnly(fields, path, ["ago"]);
    return parseAgo(fields.get("ago"), at("ago"));
  }
  if (fields.has("olderThan")) {
    allowOnly(fields, path, ["olderThan"]);
    return { olderThan: parseDuration(fields.get("olderThan"), at("olderThan")) };
  }
  if (fields.has("from") || fields.has("to")) {
    allowOnly(fields, path, ["from", "to"]);
    const to = optional(fields, "to", (instant) => parseInstantValue(instant, at("to")));
    if (fields.has("from")) return { from: parseInstantValue(fields.get("from"), at("from")), ...to };
    return { to: parseInstantValue(fields.get("to"), at("to")) };
  }
  return parseDuration(value, path);
}
