import type { Measure } from "../rule.ts";
import { allowOnly, readFields, readForm, readText } from "./fields.ts";
import { pointer, quote, refuse } from "./problem.ts";

const PLAIN = ["count", "days", "firstTime", "lastTime"] as const;
const OF_PROPERTY = ["sum", "avg", "min", "max", "distinct", "first", "last"] as const;
const WHAT = `one of ${PLAIN.join(", ")} or a measure of a property such as { "sum": "amount" }`;

/** What is measured of the matching events (RULES.md §4). */
export function parseMeasure(value: unknown, path: string): Measure {
  if (typeof value === "string") {
    const plain = PLAIN.find((measure) => measure === value);
    if (plain === undefined) refuse(path, "invalid-value", `${quote(value)} stands where ${WHAT} is needed`);
    return plain;
  }
  const fields = readFields(value, path, WHAT);
  allowOnly(fields, path, OF_PROPERTY);
  const measure = readForm(fields, path, "a measure", OF_PROPERTY);
  const property = readText(fields.get(measure), pointer(path, measure));
  switch (measure) {
    case "sum":
      return { sum: property };
    case "avg":
      return { avg: property };
    case "min":
      return { min: property };
    case "max":
      return { max: property };
    case "distinct":
      return { distinct: property };
    case "first":
      return { first: property };
    case "last":
      return { last: property };
  }
}
