import type { Rule } from "../rule.ts";
import { allowOnly, optional, readFields, readForm, readList, readText } from "./fields.ts";
import { COMPARISON, parseComparison, parseFormulaComparison } from "./parse-comparison.ts";
import { OPERANDS, readEvent, readFormulaOperand, readTrait } from "./parse-operand.ts";
import { parseSequence } from "./parse-sequence.ts";
import { parseWindow } from "./parse-window.ts";
import { Place } from "./place.ts";
import { attempt, type Parsed } from "./problem.ts";
import { Scope } from "./scope.ts";

/** The keys that each form of a condition may have (RULES.md §2). */
const FORMS = {
  all: ["all"],
  any: ["any"],
  not: ["not"],
  segment: ["segment"],
  trait: [...OPERANDS.trait, ...COMPARISON],
  event: [...OPERANDS.event, ...COMPARISON],
  formula: [...OPERANDS.formula, "op", "value"],
  sequence: ["sequence", "within"],
  bucket: ["bucket", ...COMPARISON],
};
const KEYS = ["all", "any", "not", "segment", "trait", "event", "formula", "sequence", "bucket"] as const;

/**
 * Checks a segment's rule. The value is a copy of what was checked, of plain objects and lists. Total: any JSON
 * value is accepted or refused, whatever its size, depth and keys.
 */
export function parseRule(json: unknown): Parsed<Rule> {
  return attempt(() => {
    const scope = new Scope();
    const rule = parseCondition(json, Place.root(""), scope);
    scope.refuseCycles();
    return rule;
  });
}

function parseCondition(value: unknown, place: Place, scope: Scope): Rule {
  const { path } = place;
  const fields = readFields(value, path, "a condition");
  const form = readForm(fields, path, "a condition", KEYS);
  allowOnly(fields, path, FORMS[form]);
  const part = fields.get(form);
  switch (form) {
    case "all":
      return { all: parseConditions(part, place, form, scope) };
    case "any":
      return { any: parseConditions(part, place, form, scope) };
    case "not":
      return { not: parseCondition(part, place.below("not"), scope) };
    case "segment":
      return { segment: readText(part, place.at("segment")) };
    case "trait":
      return { ...readTrait(fields, place), ...parseComparison(fields, path) };
    case "event":
      return { ...readEvent(fields, place), ...parseComparison(fields, path) };
    case "formula":
      return { ...readFormulaOperand(fields, place, scope).operand, ...parseFormulaComparison(fields, path) };
    case "sequence":
      return {
        sequence: parseSequence(part, place),
        ...optional(fields, "within", (window) => parseWindow(window, place.at("within"))),
      };
    case "bucket":
      return { bucket: readText(part, place.at("bucket")), ...parseComparison(fields, path) };
  }
}

function parseConditions(value: unknown, place: Place, key: string, scope: Scope): Rule[] {
  const list = readList(value, place.at(key), "a list of conditions");
  return Array.from(list, (part, index) => parseCondition(part, place.below(key, index), scope));
}
