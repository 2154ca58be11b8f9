import type { ProgramValue } from "../program.ts";
import type { Operator } from "../rule.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";

/** What an operand's value is read from: a user's traits, an event's properties. */
export type Fields = { readonly [name: string]: unknown };

/**
 * Whether what stands in `fields` is as the test wants it. What a plain object inherits (`toString`,
 * `__proto__`) is a function or an object, so it is absent like any other such value.
 */
export type Test = (fields: Fields, context: Context) => boolean;

/**
 * Makes the test of an operator on the field `name`, or of its complement where `negated`. A program brings
 * values of the kind that each operator expects.
 */
type MakeTest = (name: string, value: never, ignoreCase: boolean | undefined, negated: boolean) => Test;
export type Operators = ReadonlyMap<string, MakeTest>;

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
  (name: string, value: string, ignoreCase: boolean | undefined, negated: boolean): Test => {
    const part = ignoreCase ? value.toLowerCase() : value;
    return (fields) => {
      const x = fields[name];
      return (typeof x === "string" && find(ignoreCase ? x.toLowerCase() : x, part)) !== negated;
    };
  };

const isEqual = onText((text, part) => text === part);

function contains(text: string, part: string): boolean {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (!splitsPair(text, at) && !splitsPair(text, at + part.length)) return true;
  }
  return false;
}

const never = () => false;

/** Numbers from `low` to `high` but one. A bound that is not a number, as a formula may give, holds for none. */
function range(name: string, low: unknown, high: unknown, except = Number.NaN): Test {
  if (typeof low !== "number" || typeof high !== "number") return never;
  return (fields) => {
    const x = fields[name];
    return typeof x === "number" && x >= low && x <= high && x !== except;
  };
}

const MAX = Number.MAX_VALUE;

const onList =
  (every: boolean) =>
  (name: string, value: readonly string[], _: boolean | undefined, negated: boolean): Test =>
  (fields) => {
    const x = fields[name];
    const list = typeof x === "string" ? [x] : x;
    if (!isPresent(list) || typeof list !== "object") return negated;
    const items = new Set(list);
    const has = (item: string) => items.has(item);
    return (every ? value.every(has) : value.some(has)) !== negated;
  };

const OPERATORS: Operators = new Map(
  Object.entries({
    eq: (name: string, value: ProgramValue, ignoreCase: boolean | undefined, negated: boolean): Test =>
      ignoreCase && typeof value === "string"
        ? isEqual(name, value, true, negated)
        : typeof value === "object"
          ? () => negated
          : (fields) => (fields[name] === value) !== negated,
    in: (name: string, value: unknown, ignoreCase: boolean | undefined, negated: boolean): Test => {
      const lower = (x: unknown) => (typeof x === "string" ? x.toLowerCase() : x);
      // A second formula may give anything; what is no list holds nothing.
      const list: unknown[] = Array.isArray(value) ? value : [];
      const items = new Set(ignoreCase ? list.map(lower) : list);
      return ignoreCase
        ? (fields) => items.has(lower(fields[name])) !== negated
        : (fields) => items.has(fields[name]) !== negated;
    },
    contains: onText(contains),
    startsWith: onText((text, part) => text.startsWith(part) && !splitsPair(text, part.length)),
    endsWith: onText((text, part) => text.endsWith(part) && !splitsPair(text, text.length - part.length)),
    gt: (name: string, value: number) => range(name, value, MAX, value),
    gte: (name: string, value: number) => range(name, value, MAX),
    lt: (name: string, value: number) => range(name, -MAX, value, value),
    lte: (name: string, value: number) => range(name, -MAX, value),
    between: (name: string, value: unknown) =>
      Array.isArray(value) ? range(name, value[0], value[1]) : never,
    hasAny: onList(false),
    hasAll: onList(true),
    exists:
      (name: string, _value: unknown, _ignoreCase: boolean | undefined, negated: boolean): Test =>
      (fields) =>
        isPresent(fields[name]) !== negated,
  } satisfies Record<string, MakeTest>),
);

/** The comparison of the field `name`; one that no loaded part of the engine knows is false for all. */
export function makeTest(
  name: string,
  op: string,
  value: ProgramValue | undefined,
  ignoreCase: boolean | undefined,
  features: Features,
): Test {
  const positive = COMPLEMENTS.get(op) ?? op;
  const make =
    OPERATORS.get(positive) ??
    features.dates?.operators.get(op) ??
    features.matches?.get(op) ??
    features.versions?.get(op);
  return make ? make(name, value as never, ignoreCase, positive !== op) : never;
}
