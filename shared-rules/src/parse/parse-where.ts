import type { Where } from "../rule.ts";
import { allowOnly, readFields, readForm, readList, readText } from "./fields.ts";
import { COMPARISON, parseComparison } from "./parse-comparison.ts";
import type { Place } from "./place.ts";
import { quote, refuse } from "./problem.ts";

/** A condition on one event (RULES.md §4). */
export function parseWhere(value: unknown, place: Place): Where {
  const fields = readFields(value, place.path, "a condition on an event");
  const form = readForm(fields, place.path, "a condition on an event", [
    "all",
    "any",
    "not",
    "prop",
    "first",
  ]);
  const part = fields.get(form);
  allowOnly(fields, place.path, form === "prop" ? ["prop", ...COMPARISON] : [form]);
  switch (form) {
    case "all":
      return { all: parseWheres(part, place, "all") };
    case "any":
      return { any: parseWheres(part, place, "any") };
    case "not":
      return { not: parseWhere(part, place.below("not")) };
    case "prop":
      return { prop: readText(part, place.at("prop")), ...parseComparison(fields, place.path) };
    case "first":
      if (part !== true) {
        refuse(place.at("first"), "invalid-value", `${quote(part)} stands where true is needed`);
      }
      return { first: true };
  }
}

function parseWheres(value: unknown, place: Place, key: string): Where[] {
  const list = readList(value, place.at(key), "a list of conditions on an event");
  return Array.from(list, (part, index) => parseWhere(part, place.below(key, index)));
}
