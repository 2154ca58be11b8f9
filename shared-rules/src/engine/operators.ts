import type { ProgramValue } from "../program.ts";
import type { Operator } from "../rule.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";

/** Whether an operand's value stands in the operator's relation to the value it was made with. */
export type Test = (operand: unknown, context: Context) => boolean;
/** Makes the tests of positive operators by name. A program brings values of the kind that each expects. */
export type Operators = ReadonlyMap<string, (value: never, ignoreCase: boolean) => Test>;

/** Each complement with the positive operator that it negates (RULES.md §3). */
export const COMPLEMENTS: ReadonlyMap<string, Operator> = new Map([
  ["neq", "eq"],
  ["notIn", "in"],
  ["notContains", "contains"],
  ["hasNone", "hasAny"],
  ["missing", "exists"],
]);

/** Operators (all of dates) whose answer can change while their operand does not. */
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

/** Numbers from `low` to `high` but one. A bound that is not a number, as a formula may give, holds for none. */
function range(low: unknown, high: unknown, except = Number.NaN): Test {
  if (typeof low !== "number" || typeof high !== "number") return () => false;
  return (x) => typeof x === "number" && x >= low && x <= high && x !== except;
}

const MAX = Number.MAX_VALUE;

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

const OPERATORS: Operators = new Map(
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
    gt: (value: number) => range(value, MAX, value),
    gte: (value: number) => range(value, MAX),
    lt: (value: number) => range(-MAX, value, value),
    lte: (value: number) => range(-MAX, value),
    between: ([low, high]: readonly [number, number]) => range(low, high),
    hasAny: onList(false),
    hasAll: onList(true),
    exists: () => isPresent,
  } satisfies Record<string, (...parameters: never[]) => Test>),
);

/**
 * The test of a positive operator; false for all where no part of the engine that is loaded knows it.
 */
export function makeTest(op: string, value: ProgramValue | undefined, ignoreCase: boolean, features: Features): Test {
  for (const operators of [OPERATORS, features.dates?.operators, features.matches, features.versions]) {
    const make = operators?.get(op);
    if (make) return make(value as never, ignoreCase);
  }
  return () => false;
}
