import { readText } from "./fields.ts";
import { type FormulaToken, parseFormula } from "./formula.ts";
import { refuse } from "./problem.ts";

/** A formula where a document holds one: its text, and the names that it reads. */
export function readFormula(value: unknown, path: string): { text: string; names: ReadonlySet<string> } {
  const text = readText(value, path);
  const parsed = parseFormula(text);
  if (!parsed.ok) refuse(path, parsed.problem.code, parsed.problem.detail);
  return { text, names: namesOf(parsed.value) };
}

function namesOf(tokens: readonly FormulaToken[]): Set<string> {
  return new Set(tokens.flatMap((token) => ("name" in token ? [token.name] : [])));
}
