/** Definitions of flags, experiments and campaigns: checked, compiled, changed. Deciding itself is `@muster/rules/decide`. */
export {
  type AuthorContext,
  type Authored,
  authorDecision,
  PARTS,
  writtenPath,
} from "./author/author-decision.ts";
export { type Documents, describeDecision } from "./author/describe-decision.ts";
export type * from "./author/written.ts";
export { type CompiledDecisions, compileDecisions } from "./compile/compile-decisions.ts";
export type * from "./definitions.ts";
export { findUnsafeChange } from "./find-unsafe-change.ts";
export { parseDecisions } from "./parse/parse-decisions.ts";
export { PLACES, sizeOf } from "./places.ts";
export { redistribute } from "./redistribute.ts";
export type { DecisionTable } from "./table.ts";
