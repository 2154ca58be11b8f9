/** Patterns of `matches` (RULES.md §3). */
import type { Operators } from "../engine/operators.ts";
import { compilePattern } from "./compile-pattern.ts";

export { type PatternNode, parsePattern } from "./parse-pattern.ts";
export { compilePattern };

/** The operator `matches`. */
export const matches: Operators = new Map([
  [
    "matches",
    (pattern: string, ignoreCase: boolean) => {
      const holds = compilePattern(pattern, ignoreCase);
      return (x: unknown) => typeof x === "string" && holds(x);
    },
  ],
]);
