import { z } from "zod";
import { parseComputed } from "../parse/parse-computed.ts";
import { parseRule } from "../parse/parse-rule.ts";
import type { Parsed } from "../parse/problem.ts";
import type { Operand, Rule } from "../rule.ts";

/** The keys of a JSON Pointer into `json`; a list's index is a number. */
function keysOf(pointer: string, json: unknown): (string | number)[] {
  let part = json;
  return pointer
    .split("/")
    .slice(1)
    .map((escaped) => {
      const key = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
      const found = Array.isArray(part) ? Number(key) : key;
      part = typeof part === "object" && part !== null ? Reflect.get(part, found) : undefined;
      return found;
    });
}

/** The parser as a zod schema: an issue has the problem's detail, its path and, as `params.code`, its code. */
function schemaOf<T>(parse: (json: unknown) => Parsed<T>): z.ZodType<T, unknown> {
  return z.unknown().transform((json, context) => {
    const parsed = parse(json);
    if (parsed.ok) return parsed.value;
    const { code, path, detail } = parsed.problem;
    context.issues.push({
      code: "custom",
      input: json,
      message: detail,
      path: keysOf(path, json),
      params: { code },
    });
    return z.NEVER;
  });
}

/** A segment's rule (docs/spec/RULES.md). */
export const ruleSchema: z.ZodType<Rule, unknown> = schemaOf(parseRule);

/** The computed traits of a workspace (docs/spec/RULES.md §5). */
export const computedSchema: z.ZodType<Record<string, Operand | string>, unknown> = schemaOf(parseComputed);
