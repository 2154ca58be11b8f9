/** Patterns of `matches` (RULES.md §3). */
import type { Operators, Test } from "../engine/operators.ts";
import { compilePattern } from "./compile-pattern.ts";

export { parsePattern } from "./parse-pattern.ts";
export { compilePattern };

/** The operator `matches`. */
export const matches: Operators = new Map([
  [
    "matches",
    (name: string, pattern: string, ignoreCase: boolean | undefined): Test => {
      const holds = compilePattern(pattern, ignoreCase);
      return (fields) => {
        const x = fields[name];
        return typeof x === "string" && holds(x);
      };
    },
  ],
]);
