import { isAnniversary, nextAnniversary } from "../calendar.ts";
import { readInstant } from "../instant.ts";
import type { ProgramValue } from "../program.ts";
import type { Operator } from "../rule.ts";
import { compareVersions, parseVersion } from "../semver.ts";
import type { Context } from "./context.ts";

/** Whether an operand's value stands in the operator's relation to the value it was made with. */
export type Test = (operand: unknown, context: Context) => boolean;
export type CompilePattern = (pattern: string, ignoreCase: boolean) => (text: string) => boolean;

type MakeTest = (value: never, ignoreCase: boolean, compilePattern: CompilePattern | undefined) => Test;

/** Each complement with the positive operator that it negates (RULES.md §3). */
export const COMPLEMENTS: ReadonlyMap<string, Operator> = new Map([
  ["neq", "eq"],
  ["notIn", "in"],
  ["notContains", "contains"],
  ["hasNone", "hasAny"],
  ["missing", "exists"],
]);

/** Operators whose answer can change while their operand does not. */
export const TIMED: ReadonlySet<string> = new Set(["within", "olderThan", "upcoming", "anniversary"]);

/** Whether a value is one of RULES.md §1; anything else counts as absent. */
export function isPresent(value: unknown): value is string | number | boolean | string[] {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "string" || typeof value === "boolean") return true;
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Whether the boundary before `index` lies inside a surrogate pair: no text is found there. */
const splitsPair = (text: string, index: number) => (text.codePointAt(index - 1) ?? 0) > 0xffff;

const onText =
  (find: (text: string, part: string) => boolean) =>
  (value: string, ignoreCase: boolean): Test => {
    const part = ignoreCase ? value.toLowerCase() : value;
    return (x) => typeof x === "string" && find(ignoreCase ? x.toLowerCase() : x, part);
  };

function contains(text: string, part: string): boolean {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (!splitsPair(text, at) && !splitsPair(text, at + part.length)) return true;
  }
  return false;
}

const onNumber =
  (holds: (x: number, value: number) => boolean) =>
  (value: number): Test =>
    typeof value === "number" ? (x) => typeof x === "number" && holds(x, value) && Number.isFinite(x) : () => false;

const onList =
  (every: boolean) =>
  (value: readonly string[]): Test =>
  (x) => {
    if (!isPresent(x)) return false;
    const list = typeof x === "string" ? [x] : x;
    if (!Array.isArray(list)) return false;
    const items = new Set(list);
    return every ? value.every((item) => items.has(item)) : value.some((item) => items.has(item));
  };

const onVersion =
  (holds: (order: number) => boolean) =>
  (value: string): Test => {
    const version = parseVersion(value) ?? [];
    return (x) => {
      const parsed = typeof x === "string" && parseVersion(x);
      return parsed !== undefined && parsed !== false && holds(compareVersions(parsed, version));
    };
  };

const onInstant =
  <V>(holds: (x: number, value: V, context: Context) => boolean) =>
  (value: V): Test =>
  (x, context) => {
    const instant = readInstant(x, context.zone.startOfDay);
    return instant !== undefined && holds(instant, value, context);
  };

/** Makes the test of each positive operator. Durations are ms; the value of `on` is that day's [begin, end). */
const OPERATORS = new Map<string, MakeTest>(
  Object.entries({
    eq: (value: ProgramValue, ignoreCase: boolean) =>
      ignoreCase && typeof value === "string"
        ? onText((text, part) => text === part)(value, true)
        : typeof value === "object"
          ? () => false
          : (x: unknown) => x === value,
    in: (value: readonly unknown[], ignoreCase: boolean) => {
      const lower = (x: unknown) => (ignoreCase && typeof x === "string" ? x.toLowerCase() : x);
      const items = new Set(value.map(lower));
      return (x: unknown) => items.has(lower(x));
    },
    contains: onText(contains),
    startsWith: onText((text, part) => text.startsWith(part) && !splitsPair(text, part.length)),
    endsWith: onText((text, part) => text.endsWith(part) && !splitsPair(text, text.length - part.length)),
    matches: (value: string, ignoreCase: boolean, compilePattern: CompilePattern | undefined) => {
      const matches = compilePattern?.(value, ignoreCase);
      return (x: unknown) => matches !== undefined && typeof x === "string" && matches(x);
    },
    gt: onNumber((x, value) => x > value),
    gte: onNumber((x, value) => x >= value),
    lt: onNumber((x, value) => x < value),
    lte: onNumber((x, value) => x <= value),
    between:
      ([low, high]: readonly [number, number]) =>
      (x: unknown) =>
        typeof x === "number" && x >= low && x <= high,
    hasAny: onList(false),
    hasAll: onList(true),
    exists: () => isPresent,
    semverEq: onVersion((order) => order === 0),
    semverGt: onVersion((order) => order > 0),
    semverGte: onVersion((order) => order >= 0),
    semverLt: onVersion((order) => order < 0),
    semverLte: onVersion((order) => order <= 0),
    before: onInstant<number>((x, value) => x < value),
    after: onInstant<number>((x, value) => x > value),
    on: onInstant<readonly number[]>((x, [from = 0, to = 0]) => x >= from && x < to),
    within: onInstant<number>((x, length, context) => {
      context.changesAt(x > context.now ? x : x + length);
      return x <= context.now && context.now < x + length;
    }),
    olderThan: onInstant<number>((x, length, context) => {
      context.changesAt(x + length);
      return x + length <= context.now;
    }),
    upcoming: onInstant<number>((x, length, context) => {
      context.changesAt(x - length > context.now ? x - length : x);
      return context.now < x && x - length <= context.now;
    }),
    anniversary: onInstant((x, _, context) => {
      const { zone, now } = context;
      const [day, today] = [zone.dayOf(x), zone.dayOf(now)];
      context.changesAt(nextAnniversary(zone, day, today, now));
      return isAnniversary(day, today);
    }),
  } satisfies Record<string, (...parameters: never[]) => Test>),
);

/** The test of a positive operator, or undefined where the name is none. */
export function makeTest(
  op: string,
  value: ProgramValue | undefined,
  ignoreCase: boolean,
  compilePattern: CompilePattern | undefined,
): Test | undefined {
  return OPERATORS.get(op)?.(value as never, ignoreCase, compilePattern);
}
