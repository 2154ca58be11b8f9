import type { Comparison, FormulaComparison } from "../rule.ts";
import { allowOnly, type Fields, readFields, requireKey } from "./fields.ts";
import { OPERATORS } from "./operators.ts";
import { pointer, quote, refuse } from "./problem.ts";
import { readFormula } from "./read-formula.ts";

/** The keys that a comparison may have. */
export const COMPARISON = ["op", "value", "ignoreCase"];

function readOperator(fields: Fields, path: string) {
  const op = requireKey(fields, path, "op");
  const rule = typeof op === "string" ? OPERATORS.get(op) : undefined;
  if (rule === undefined) {
    const known = [...OPERATORS.keys()].join(", ");
    refuse(pointer(path, "op"), "unknown-operator", `${quote(op)} is no operator; there are ${known}`);
  }
  if (typeof rule.comparison === "object" && fields.has("value")) {
    refuse(pointer(path, "value"), "unknown-key", `the operator ${rule.op} takes no value`);
  }
  return rule;
}

/** The operator of `fields` with its value (RULES.md §3). */
export function parseComparison(fields: Fields, path: string): Comparison {
  const { op, comparison: make, ignoreCase: mayIgnoreCase } = readOperator(fields, path);
  const comparison =
    typeof make === "object" ? { ...make } : make(requireKey(fields, path, "value"), pointer(path, "value"));
  if (!fields.has("ignoreCase")) return comparison;
  const ignoreCase = fields.get("ignoreCase");
  if (!mayIgnoreCase) {
    refuse(
      pointer(path, "ignoreCase"),
      "unknown-key",
      `the operator ${op} compares no text: ignoreCase means nothing`,
    );
  }
  if (typeof ignoreCase !== "boolean") {
    refuse(
      pointer(path, "ignoreCase"),
      "wrong-type",
      `${quote(ignoreCase)} stands where true or false is needed`,
    );
  }
  return Object.assign(comparison, { ignoreCase });
}

/** A comparison of a formula: by operators of numbers and of anything, also with a second formula (§5). */
export function parseFormulaComparison(fields: Fields, path: string): FormulaComparison {
  const rule = readOperator(fields, path);
  if (!rule.formula) {
    const known = [...OPERATORS.values()].filter((other) => other.formula).map((other) => other.op);
    refuse(
      pointer(path, "op"),
      "unknown-operator",
      `the operator ${rule.op} does not compare a formula; ${known.join(", ")} would`,
    );
  }
  const value = fields.get("value");
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "formula")) {
    return parseComparison(fields, path);
  }
  const at = pointer(path, "value");
  const second = readFields(value, at, "a formula");
  allowOnly(second, at, ["formula"]);
  return { op: rule.op, value: { formula: readFormula(second.get("formula"), pointer(at, "formula")).text } };
}
