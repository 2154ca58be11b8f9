import type {
  Program,
  ProgramComparison,
  ProgramCondition,
  ProgramOperand,
  ProgramToken,
  ProgramWhere,
  ProgramWindow,
} from "../program.ts";

const UNITS: [name: string, ms: number][] = [
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** A duration in the largest unit that divides it: `7 days`. */
function durationInWords(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms % size === 0) ?? ["ms", 1];
  // A week is said as 7 days, as people write their windows.
  const [name, count] = unit === "week" ? ["day", ms / 86_400_000] : [unit, ms / size];
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

function instantInWords(ms: number | null): string {
  return ms === null ? "" : new Date(ms).toISOString();
}

const SIGNS = new Map([
  ["eq", "is"],
  ["neq", "is not"],
  ["in", "is one of"],
  ["notIn", "is none of"],
  ["contains", "contains"],
  ["notContains", "does not contain"],
  ["startsWith", "starts with"],
  ["endsWith", "ends with"],
  ["matches", "matches"],
  ["gt", ">"],
  ["gte", "≥"],
  ["lt", "<"],
  ["lte", "≤"],
  ["hasAny", "has any of"],
  ["hasNone", "has none of"],
  ["hasAll", "has all of"],
  ["exists", "exists"],
  ["missing", "is missing"],
  ["semverEq", "is version"],
  ["semverGt", "is a version after"],
  ["semverGte", "is a version from"],
  ["semverLt", "is a version before"],
  ["semverLte", "is a version up to"],
]);

const LISTED = 5;

function valueInWords(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  const shown = value.slice(0, LISTED).map((item) => JSON.stringify(item));
  return value.length > LISTED ? `${shown.join(", ")} and ${value.length - LISTED} more` : shown.join(", ");
}

function comparisonInWords([op, value, ignoreCase]: ProgramComparison, program: Program): string {
  if (typeof value === "object" && "operand" in value) {
    return `${SIGNS.get(op) ?? op} ${operandInWords(value.operand, program)}`;
  }
  const [low, high] = Array.isArray(value) ? value : [value];
  switch (op) {
    case "between":
      return `is from ${low} to ${high}`;
    case "before":
    case "after":
      return `is ${op} ${instantInWords(Number(value))}`;
    case "on":
      return `is from ${instantInWords(Number(low))} until ${instantInWords(Number(high))}`;
    case "within":
      return `is in the last ${durationInWords(Number(value))}`;
    case "olderThan":
      return `is at least ${durationInWords(Number(value))} ago`;
    case "upcoming":
      return `is in the next ${durationInWords(Number(value))}`;
    case "anniversary":
      return "has its anniversary today";
    default: {
      const words = SIGNS.get(op) ?? op;
      return value === undefined
        ? words
        : `${words} ${valueInWords(value)}${ignoreCase ? " (any case)" : ""}`;
    }
  }
}

function windowInWords(window: ProgramWindow | undefined): string {
  if (!window) return "";
  if (window[0] === "calendar") {
    const [, unit, offset, span] = window;
    if (span !== 1) return ` in ${span} ${unit}s from ${-offset} ${unit}s ago`;
    return offset === 0 ? ` this ${unit}` : offset === -1 ? ` last ${unit}` : ` ${-offset} ${unit}s ago`;
  }
  if (window[0] === "absolute") {
    const [, from, to] = window;
    return `${from === null ? "" : ` from ${instantInWords(from)}`}${to === null ? "" : ` until ${instantInWords(to)}`}`;
  }
  const [, from, to] = window;
  if (from === null) return ` at least ${durationInWords(to)} ago`;
  return to === 0
    ? ` in the last ${durationInWords(from)}`
    : ` from ${durationInWords(from)} to ${durationInWords(to)} ago`;
}

function whereInWords(where: ProgramWhere, program: Program): string {
  if (where[0] === "first") return "it is the first";
  if (where[0] === "prop") {
    const [, name, ...comparison] = where;
    return `${name} ${comparisonInWords(comparison, program)}`;
  }
  const [kind, ...parts] = where;
  const words = parts.map((part) => whereInWords(part, program));
  if (kind === "not") return `not (${words.join("")})`;
  return words.length === 1 ? words.join("") : `(${words.join(kind === "all" ? " and " : " or ")})`;
}

function seriesInWords(index: number, program: Program): string {
  const [name = "", where] = program.series[index] ?? [];
  const events = name === "*" ? "any event" : JSON.stringify(name);
  return where ? `${events} where ${whereInWords(where, program)}` : events;
}

function formulaInWords(tokens: readonly ProgramToken[], program: Program): string {
  const stack: string[] = [];
  for (const token of tokens) {
    if (typeof token === "number") stack.push(String(token));
    else if (token.length === 1) stack.push(operandInWords(token[0], program));
    else {
      const [name, arity] = token;
      const parts = stack.splice(stack.length - arity);
      if (name === "neg") stack.push(`-(${parts.join("")})`);
      else if (/^\W$/.test(name)) stack.push(`(${parts.join(` ${name} `)})`);
      else
        stack.push(
          arity === 0 && name !== "now" && name !== "coalesce"
            ? `${name}(now)`
            : `${name}(${parts.join(", ")})`,
        );
      // Shared parts of long formulas are written out again each time; beyond this nobody reads on.
      const last = stack.length - 1;
      if ((stack[last]?.length ?? 0) > 2_000) stack[last] = "…";
    }
  }
  return stack.join(" ");
}

/** The words of the operands of a program. Each uses those before it, so that no chain is too long. */
const operandWords = new WeakMap<Program, string[]>();

/** An operand in words: `count of "visit" in the last 7 days`. */
function operandInWords(index: number, program: Program): string {
  const known = operandWords.get(program) ?? [];
  operandWords.set(program, known);
  while (known.length <= index) known.push(describeOperand(program.operands[known.length], program));
  return known[index] ?? "";
}

function describeOperand(operand: ProgramOperand | undefined, program: Program): string {
  switch (operand?.[0]) {
    case "trait":
      return operand[1];
    case "bucket":
      return `bucket ${JSON.stringify(operand[1])}`;
    case "event": {
      const [, series, measure, property, window] = operand;
      return `${measure}${property ? ` of ${property}` : ""} of ${seriesInWords(series, program)}${windowInWords(window)}`;
    }
    case "formula":
      return formulaInWords(operand[1], program);
    default:
      return "nothing";
  }
}

/** A condition in words. */
export function conditionInWords(condition: ProgramCondition, program: Program): string {
  if (typeof condition === "boolean") return condition ? "always" : "a segment that is not live";
  switch (condition[0]) {
    case "test": {
      const [operand = -1, ...comparison] = program.tests[condition[1]] ?? [-1, "exists"];
      return `${operandInWords(operand, program)} ${comparisonInWords(comparison, program)}`;
    }
    case "all":
      return condition.length === 1 ? "everyone" : "all of these hold";
    case "any":
      return condition.length === 1 ? "no one" : "any of these holds";
    case "not":
      return "this does not hold";
    case "segment":
      return `in segment ${JSON.stringify(program.segments[condition[1]]?.[0] ?? "")}`;
    case "ids":
      return `in a list of ${condition[1].length} ids`;
    case "given":
      return "as the edge answered";
    case "sequence": {
      const [, steps, window] = condition;
      const words = steps.map(([series, atMost, not]) => {
        const within = atMost === null ? "" : ` within ${durationInWords(atMost)}`;
        return `${not ? "no " : ""}${seriesInWords(series, program)}${within}`;
      });
      return `${words.join(", then ")}${windowInWords(window)}`;
    }
  }
}
