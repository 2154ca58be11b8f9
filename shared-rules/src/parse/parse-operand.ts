import type { EventOperand, FormulaOperand, Measure, Operand, TraitOperand } from "../rule.ts";
import { allowOnly, type Fields, optional, readFields, readForm, readText } from "./fields.ts";
import { isName } from "./formula.ts";
import { parseMeasure } from "./parse-measure.ts";
import { parseWhere } from "./parse-where.ts";
import { parseWindow } from "./parse-window.ts";
import type { Place } from "./place.ts";
import { pointer, quote, refuse } from "./problem.ts";
import { readFormula } from "./read-formula.ts";
import { Scope } from "./scope.ts";

/** The keys that each operand may have. */
export const OPERANDS = {
  trait: ["trait"],
  event: ["event", "where", "measure", "within"],
  formula: ["formula", "let"],
};

export function readTrait(fields: Fields, place: Place): TraitOperand {
  return { trait: readText(fields.get("trait"), place.at("trait")) };
}

/** Matching events and their measure (RULES.md §4). */
export function readEvent(fields: Fields, place: Place): EventOperand {
  return {
    event: readText(fields.get("event"), place.at("event")),
    ...optional(fields, "where", (where) => parseWhere(where, place.below("where"))),
    ...optional(fields, "measure", (measure): Measure => parseMeasure(measure, place.at("measure"))),
    ...optional(fields, "within", (window) => parseWindow(window, place.at("within"))),
  };
}

/** A formula with its `let` (RULES.md §5), the names that it reads and the scope that it reads them in. */
export function readFormulaOperand(fields: Fields, place: Place, outer: Scope) {
  const { text, names } = readFormula(fields.get("formula"), place.at("formula"));
  const scope = new Scope(outer);
  const operand: FormulaOperand = {
    formula: text,
    ...optional(fields, "let", (value) =>
      parseOperands(value, place.at("let"), (name, part) =>
        defineOperand(name, part, place.below("let", name), scope),
      ),
    ),
  };
  return { operand, names, scope };
}

/** Named operands: a `let`, or the computed traits of a workspace. */
export function parseOperands<Part>(
  value: unknown,
  path: string,
  parse: (name: string, part: unknown) => Part,
): { [name: string]: Part } {
  const fields = readFields(value, path, "an object of named operands");
  // Object.fromEntries defines keys: a name such as __proto__ is one like any other.
  return Object.fromEntries(
    Array.from(fields, ([name, part]) => {
      if (!isName(name)) {
        refuse(
          pointer(path, name),
          "invalid-name",
          `${quote(name)} is no name that a formula can read: it begins with a letter, _ or $, holds letters, ` +
            "digits, _, $ and inner dots, and is not now",
        );
      }
      return [name, parse(name, part)];
    }),
  );
}

/** Parses the operand that is called `name` in `scope`, and makes the name known there. */
export function defineOperand(name: string, value: unknown, place: Place, scope: Scope): Operand {
  const fields = readFields(value, place.path, "an operand");
  const form = readForm(fields, place.path, "an operand", ["trait", "event", "formula"]);
  allowOnly(fields, place.path, OPERANDS[form]);
  if (form === "formula") {
    const { operand, names, scope: own } = readFormulaOperand(fields, place, scope);
    scope.define(name, place.path, names, own);
    return operand;
  }
  scope.define(name, place.path, [], scope);
  return form === "trait" ? readTrait(fields, place) : readEvent(fields, place);
}
