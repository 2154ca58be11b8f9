import type { Operand } from "../rule.ts";
import { defineOperand, parseOperands } from "./parse-operand.ts";
import { Place } from "./place.ts";
import { attempt, type Parsed, pointer } from "./problem.ts";
import { readFormula } from "./read-formula.ts";
import { Scope } from "./scope.ts";

/**
 * Checks the computed traits of a workspace: an object of operands, text being short for a formula (RULES.md
 * §5). Each has the limits of a rule of its own; none may depend on itself, also not through a `let`. The value
 * is a copy; total like `parseRule`.
 */
export function parseComputed(json: unknown): Parsed<Record<string, Operand | string>> {
  return attempt(() => {
    const scope = new Scope();
    const computed = parseOperands(json, "", (name, value): Operand | string => {
      const path = pointer("", name);
      if (typeof value !== "string") return defineOperand(name, value, Place.root(path), scope);
      const { text, names } = readFormula(value, path);
      scope.define(name, path, names, scope);
      return text;
    });
    scope.refuseCycles();
    return computed;
  });
}
