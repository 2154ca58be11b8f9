import type { ProgramComparison, ProgramCondition, ProgramOperand, ProgramTest, ProgramValue } from "../program.ts";
import type { Context } from "./context.ts";
import { type Read, readWindow, type Tables } from "./operand.ts";
import { COMPLEMENTS, isPresent, makeTest, type Test, TIMED } from "./operators.ts";
import { nextChange } from "./window.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** A compiled condition. `timed`: time alone can change its answer, and it notes in the context when. */
export interface Condition {
  holds: (context: Context) => boolean;
  timed: boolean;
}

/** `all` (true) or `any` (false) of the parts. What decides the answer alone says how long it stands. */
export function combine(parts: readonly Condition[], all: boolean): Condition {
  // Conditions have no effects, so those that time does not touch may go first: they decide for good.
  const ordered = [...parts].sort((a, b) => Number(a.timed) - Number(b.timed)).map(({ holds }) => holds);
  if (!parts.some(({ timed }) => timed)) {
    return {
      timed: false,
      holds: (context) => {
        for (const holds of ordered) if (holds(context) !== all) return !all;
        return all;
      },
    };
  }
  return {
    timed: true,
    holds: (context) => {
      const outer = context.until;
      let least = NEVER;
      let answer = all;
      for (const holds of ordered) {
        context.until = NEVER;
        if (holds(context) !== all) {
          least = context.until;
          answer = !all;
          break;
        }
        least = Math.min(least, context.until);
      }
      context.until = Math.min(outer, least);
      return answer;
    },
  };
}

/** What conditions are compiled against. */
export interface Source extends Tables {
  operandSource(index: number): ProgramOperand | undefined;
  /** Reads an operand whatever the length of the chain of formulas that it depends on. */
  rootOperand(index: number): Read;
  test(index: number): Condition;
  /** The answer for a segment; notes in the context how long it stands. */
  isMember(index: number, context: Context): boolean;
}

/** The positive comparison of an operand's value; `negated` where its complement is meant. */
function compileComparison(
  [op, value, ignoreCase]: ProgramComparison,
  source: Source,
): { test: Test; negated: boolean } {
  const positive = COMPLEMENTS.get(op);
  const make = (against: ProgramValue | undefined): Test =>
    makeTest(positive ?? op, against, ignoreCase === true, source.features);
  const negated = positive !== undefined;
  if (typeof value !== "object" || !("operand" in value)) return { test: make(value), negated };
  const second = source.rootOperand(value.operand);
  return {
    negated,
    test: (x, context) => {
      const against = second(context);
      return isPresent(against) && make(against)(x, context);
    },
  };
}

/** Compiles the comparison of an operand. */
export function compileTest([index, ...comparison]: ProgramTest, source: Source): Condition {
  const { test, negated } = compileComparison(comparison, source);
  const operand = source.operandSource(index);
  if (operand?.[0] === "trait") {
    const [, name] = operand;
    return { holds: (context) => test(context.traits[name], context) !== negated, timed: TIMED.has(comparison[0]) };
  }
  if (operand?.[0] === "event" && operand[2] === "count") {
    return {
      timed: true,
      holds: (context) => {
        const { events, span, begin, end } = readWindow(operand, context, source);
        const answer = test(end - begin, context);
        // A count names the very instant at which the comparison's answer changes.
        context.changesAt(nextChange(events, span, begin, end, (from, to) => test(to - from, context) !== answer));
        return answer !== negated;
      },
    };
  }
  const read = source.rootOperand(index);
  return {
    holds: (context) => test(read(context), context) !== negated,
    timed: operand?.[0] !== "bucket" || TIMED.has(comparison[0]),
  };
}

/** Compiles a condition. */
export function compileCondition(condition: ProgramCondition, source: Source): Condition {
  if (typeof condition === "boolean") return { holds: () => condition, timed: false };
  switch (condition[0]) {
    case "test":
      return source.test(condition[1]);
    case "all":
    case "any": {
      const [kind, ...parts] = condition;
      return combine(
        parts.map((part) => compileCondition(part, source)),
        kind === "all",
      );
    }
    case "not": {
      const { holds, timed } = compileCondition(condition[1], source);
      return { holds: (context) => !holds(context), timed };
    }
    case "segment": {
      const [, index] = condition;
      return { holds: (context) => source.isMember(index, context), timed: true };
    }
    case "ids": {
      const ids = new Set(condition[1]);
      return { holds: ({ id }) => id !== undefined && ids.has(id), timed: false };
    }
    case "given": {
      const [, key] = condition;
      return {
        timed: true,
        holds: (context) => {
          const answer = context.answers?.get(key);
          if (answer?.until) context.changesAt(answer.until);
          return answer?.member === true;
        },
      };
    }
    case "sequence": {
      const [, steps, window] = condition;
      const series = new Map(steps.map(([index]) => [index, source.series(index)]));
      const { sequences } = source.features;
      return {
        timed: true,
        holds: (context) =>
          sequences?.(steps, window, context, source.features, (index) => series.get(index)?.(context) ?? []) ?? false,
      };
    }
  }
}
