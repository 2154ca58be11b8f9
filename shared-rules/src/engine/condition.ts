import type { ProgramCondition, ProgramTest, ProgramWhere } from "../program.ts";
import { NEVER } from "../timestamp.ts";
import type { Context } from "./context.ts";
import { compileCount } from "./count.ts";
import type { Features } from "./features.ts";
import type { Read, Tables } from "./operand.ts";
import { makeTest, type Test, TIMED } from "./operators.ts";

/**
 * A compiled condition, on a user (the fields are the traits) or on one event (its properties). `timed`: time
 * alone can change its answer, and it notes in the context when.
 */
export interface Condition {
  holds: Test;
  timed: boolean;
}

/** What conditions are compiled against. */
export interface Source extends Tables {
  test(index: number): Condition;
  /** What answers a sequence: of equal ones, which have the same key, the same. */
  sequence(key: string, read: Read): Read;
  /** The answer for a segment; notes in the context how long it stands. */
  isMember(position: number, context: Context): boolean;
}

/** `all` (true) or `any` (false) of the parts. What decides the answer alone says how long it stands. */
function combine(parts: readonly Condition[], all: boolean): Condition {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  // Conditions have no effects, so those that time does not touch may go first: they decide for good.
  const ordered = [...parts].sort((a, b) => Number(a.timed) - Number(b.timed)).map(({ holds }) => holds);
  const timed = parts.some((part) => part.timed);
  const plain: Test = (fields, context) => {
    for (const holds of ordered) if (holds(fields, context) !== all) return !all;
    return all;
  };
  const noting: Test = (fields, context) => {
    const outer = context.until;
    let least = NEVER;
    let answer = all;
    for (const holds of ordered) {
      context.until = NEVER;
      if (holds(fields, context) !== all) {
        least = context.until;
        answer = !all;
        break;
      }
      least = Math.min(least, context.until);
    }
    context.until = Math.min(outer, least);
    return answer;
  };
  return { holds: timed ? noting : plain, timed };
}

function negate({ holds, timed }: Condition): Condition {
  return { holds: (fields, context) => !holds(fields, context), timed };
}

/** Compiles a condition on one event. */
export function compileWhere(where: ProgramWhere, features: Features): Condition {
  switch (where[0]) {
    case "first":
      return { holds: (_, context) => context.isFirst, timed: false };
    case "prop": {
      const [, name, op, value, ignoreCase] = where;
      return { holds: makeTest(name, op, value, ignoreCase, features), timed: TIMED.has(op) };
    }
    case "not":
      return negate(compileWhere(where[1], features));
    default: {
      const [kind, ...parts] = where;
      const compiled = parts.map((part) => compileWhere(part, features));
      return combine(compiled, kind === "all");
    }
  }
}

/** Compiles the comparison of an operand. */
export function compileTest(source: ProgramTest, tables: Source): Condition {
  const { features, program } = tables;
  const [index, op, value, ignoreCase] = source;
  if (typeof value === "object" && "operand" in value) {
    return features.formulas?.compare(source, value.operand, tables) ?? { holds: () => false, timed: true };
  }
  const operand = program.operands[index];
  const isTrait = operand?.[0] === "trait";
  const test = makeTest(isTrait ? operand[1] : "x", op, value, ignoreCase, features);
  if (isTrait) return { holds: test, timed: TIMED.has(op) };
  if (operand?.[0] === "event" && operand[2] === "count" && !TIMED.has(op)) {
    return { timed: true, holds: compileCount(operand, index, test, value, tables) };
  }
  const read = tables.operand(index);
  return {
    holds: (_, context) => test({ x: read(context) }, context),
    timed: operand?.[0] !== "bucket" || TIMED.has(op),
  };
}

/** Compiles a condition on a user. */
export function compileCondition(condition: ProgramCondition, source: Source): Condition {
  if (typeof condition === "boolean") return { holds: () => condition, timed: false };
  switch (condition[0]) {
    case "test":
      return source.test(condition[1]);
    case "not":
      return negate(compileCondition(condition[1], source));
    case "segment": {
      const [, position] = condition;
      return { holds: (_, context) => source.isMember(position, context), timed: true };
    }
    case "ids": {
      const ids = new Set(condition[1]);
      return { holds: (_, { id }) => id !== undefined && ids.has(id), timed: false };
    }
    case "given": {
      const [, key] = condition;
      return {
        timed: true,
        holds: (_, context) => {
          const answer = context.user?.answers?.get(key);
          if (answer?.until) context.changesAt(answer.until);
          return answer?.member === true;
        },
      };
    }
    case "sequence": {
      const [, steps, window] = condition;
      const { features } = source;
      const read = source.sequence(JSON.stringify(condition), (context) =>
        features.sequences?.(
          steps,
          window,
          context,
          features,
          (index) => context.past?.samples(index, context).events ?? [],
        ),
      );
      return { timed: true, holds: (_, context) => read(context) === true };
    }
    default: {
      const [kind, ...parts] = condition;
      const compiled = parts.map((part) => compileCondition(part, source));
      return combine(compiled, kind === "all");
    }
  }
}
