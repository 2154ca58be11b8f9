import type { Parsed } from "@muster/rules";
import type { z } from "zod";
import { Problem, type ProblemCode } from "../problem.ts";

/** A JSON Pointer (RFC 6901) to where these steps lead. */
export function pointer(steps: readonly PropertyKey[]): string {
  return steps.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** What is wrong first, in a person's words, and where: the deepest place that a schema names. */
export function firstIssue(error: z.ZodError): { path: PropertyKey[]; detail: string } {
  const [issue] = error.issues;
  if (issue === undefined) return { path: [], detail: "It is not valid." };
  const key = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  return {
    path: key === undefined ? issue.path : [...issue.path, key],
    detail: key === undefined ? issue.message : `The key ${JSON.stringify(key)} is not known here.`,
  };
}

/** The body as its schema gives it; a Problem with a JSON Pointer otherwise. */
export function checkBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  return check(schema, body, "invalid-body", pointer);
}

/** What a parser of the rule language gives; its problem otherwise, with the path from `at` on. */
export function checkParsed<Value>(parsed: Parsed<Value>, at: string): Value {
  if (parsed.ok) return parsed.value;
  const { path, detail, code } = parsed.problem;
  throw new Problem("rule-invalid", `${code}: ${detail}`, { path: `${at}${path}`, reason: code });
}

/** The parameters of the query as their schema gives them; a Problem with the parameter's name otherwise. */
export function checkQuery<Schema extends z.ZodType>(schema: Schema, url: URL): z.output<Schema> {
  const query = Object.fromEntries(url.searchParams);
  return check(schema, query, "invalid-parameter", (path) => String(path[0] ?? ""));
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  code: ProblemCode,
  place: (path: readonly PropertyKey[]) => string,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const { path, detail } = firstIssue(result.error);
  throw new Problem(code, detail, { path: place(path) });
}
