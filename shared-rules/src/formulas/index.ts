import type { Condition, Source } from "../engine/condition.ts";
import type { Context } from "../engine/context.ts";
import type { Formulas } from "../engine/features.ts";
import type { Read } from "../engine/operand.ts";
import { COMPLEMENTS, isPresent, makeTest } from "../engine/operators.ts";
import type { ProgramTest } from "../program.ts";
import { reach } from "../reach.ts";
import { runFormula } from "./run-formula.ts";

/** Whether an evaluation is inside a formula: what that depends on is then known already. */
let inside = false;

function tokensOf(index: number, source: Source) {
  const operand = source.program.operands[index];
  return operand?.[0] === "formula" ? operand[1] : [];
}

/** Reads formula `index`, after those that it depends on, so that a long chain does not exhaust the stack. */
function read(index: number, source: Source): Read {
  const partsOf = (other: number) =>
    tokensOf(other, source).flatMap((token) =>
      typeof token === "object" && token.length === 1 ? [token[0]] : [],
    );
  let before: readonly number[] | undefined;
  return (context: Context) => {
    if (!inside) {
      inside = true;
      before ??= reach(partsOf(index), partsOf);
      for (const other of before) source.operand(other)(context);
      inside = false;
    }
    return runFormula(tokensOf(index, source), context, (other) => {
      const value = source.operand(other)(context);
      return isPresent(value) ? value : undefined;
    });
  };
}

/** Compares an operand with a second one; where that is absent, the positive operator is false. */
function compare(test: ProgramTest, second: number, source: Source): Condition {
  const [first, op, , ignoreCase] = test;
  const absent = COMPLEMENTS.has(op);
  return {
    timed: true,
    holds: (_, context) => {
      const x = source.operand(first)(context);
      const against = source.operand(second)(context);
      return isPresent(against)
        ? makeTest("x", op, against, ignoreCase, source.features)({ x }, context)
        : absent;
    },
  };
}

/** The engine's knowledge of formulas. */
export const formulas: Formulas = { read, compare };
