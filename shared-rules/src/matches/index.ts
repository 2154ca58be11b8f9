/** Patterns of `matches` (RULES.md §3). */
export { compilePattern } from "./compile-pattern.ts";
export { type PatternNode, parsePattern } from "./parse-pattern.ts";
