import { optional } from "../../parse/fields.ts";
import { references } from "../../parse/find-cycle.ts";
import { refuse } from "../../parse/problem.ts";
import type { Rule } from "../../rule.ts";
import type { Audience } from "../definitions.ts";
import { readItems, readOnly, readRule, readSegment } from "./read.ts";

function readInlineRule(value: unknown, path: string): Rule {
  const rule = readRule(value, path);
  // A segment that decisions are compiled into may depend on this rule.
  for (const [segment, at] of references(rule))
    if (segment.startsWith("$"))
      refuse(`${path}${at}`, "invalid-value", "a segment whose key begins with $ is not to be named");
  return rule;
}

export function readAudience(value: unknown, path: string): Audience {
  const fields = readOnly(value, path, "an audience", ["include", "exclude", "rule"]);
  const segments = (key: string) => (part: unknown) =>
    readItems(part, `${path}/${key}`, "audience", "segments", readSegment);
  return {
    ...optional(fields, "include", segments("include")),
    ...optional(fields, "exclude", segments("exclude")),
    ...optional(fields, "rule", (rule) => readInlineRule(rule, `${path}/rule`)),
  };
}
