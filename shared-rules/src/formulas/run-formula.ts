import {
  type CalendarUnit,
  civil,
  monthsBetween,
  nextMonthDay,
  periodStart,
  weekdayOf,
  yearsBetween,
} from "../dates/calendar.ts";
import { readInstant } from "../dates/instant.ts";
import { zoneOf } from "../dates/zone.ts";
import type { Context } from "../engine/context.ts";
import type { ProgramToken } from "../program.ts";

/** Functions of numbers: absent with an absent part, and where the result is not finite. */
const ARITHMETIC = new Map<string, (...parts: number[]) => number>([
  ["+", (a = 0, b = 0) => a + b],
  ["-", (a = 0, b = 0) => a - b],
  ["*", (a = 0, b = 0) => a * b],
  ["/", (a = 0, b = 0) => a / b],
  ["neg", (a = 0) => -a],
  ["min", Math.min],
  ["max", Math.max],
  ["abs", Math.abs],
  ["floor", Math.floor],
  ["ceil", Math.ceil],
  // Half away from zero; adding one half first would round 0.49999999999999994 up.
  ["round", (a = 0) => Math.trunc(a) + (Math.abs(a % 1) >= 0.5 ? Math.sign(a) : 0)],
]);

/** Fields of an instant's date in the zone, with the period that changes the same field of now. */
const FIELDS = new Map<string, [period: CalendarUnit, field: (day: number) => number]>([
  ["year", ["year", (day) => civil(day)[0]]],
  ["month", ["month", (day) => civil(day)[1]]],
  ["day", ["day", (day) => civil(day)[2]]],
  ["weekday", ["day", weekdayOf]],
]);

/** A function of one instant; without one, of now, which then changes with time. */
function callOnInstant(name: string, value: unknown, ofNow: boolean, context: Context): number | undefined {
  const { now } = context;
  const zone = zoneOf(context.zone);
  const instant = ofNow ? now : readInstant(value, zone.startOfDay);
  if (instant === undefined) return undefined;
  if (name === "hour") {
    if (ofNow) context.changesAt(zone.nextHour(now));
    return zone.hourOf(instant);
  }
  const today = zone.dayOf(now);
  const day = ofNow ? today : zone.dayOf(instant);
  const field = FIELDS.get(name);
  if (field) {
    if (ofNow) context.changesAt(zone.startOfDay(periodStart(field[0], today, 1)));
    return field[1](day);
  }
  if (ofNow) return 0;
  if (name === "daysSince") {
    context.changesAt(zone.startOfDay(today + 1));
    return today - day;
  }
  const years = name === "yearsSince";
  context.changesAt(nextMonthDay(zone, day, today, years ? 12 : 1));
  return (years ? yearsBetween : monthsBetween)(day, today);
}

function call(name: string, parts: readonly unknown[], context: Context): unknown {
  const calculate = ARITHMETIC.get(name);
  if (calculate) {
    const numbers = parts.filter((part): part is number => typeof part === "number");
    const result = numbers.length === parts.length ? calculate(...numbers) : undefined;
    return Number.isFinite(result) ? result : undefined;
  }
  if (name === "coalesce") return parts.find((part) => part !== undefined);
  if (name === "now") {
    context.changesAt(context.now + 1);
    return context.now;
  }
  return callOnInstant(name, parts[0], parts.length === 0, context);
}

/** The value of a formula, or undefined where it is absent. `read` gives an operand's value. */
export function runFormula(
  tokens: readonly ProgramToken[],
  context: Context,
  read: (operand: number) => unknown,
): unknown {
  const stack: unknown[] = [];
  for (const token of tokens) {
    if (typeof token === "number") stack.push(token);
    else if (token.length === 1) stack.push(read(token[0]));
    else stack.push(call(token[0], stack.splice(stack.length - token[1]), context));
  }
  return stack[0];
}
