/** Flags, experiments, prompts and banners decided from a table and a user's answers; all that a browser needs of them. */
export type { Content, FlagValue, Json } from "../definitions.ts";
export type { DecisionTable } from "../table.ts";
export type { Asked, Overrides } from "./asked.ts";
export type { Assignment } from "./assign.ts";
export { decideFlag, type FlagDecision, fitsFallback, type Widened } from "./decide-flag.ts";
export { decidePrompt, type Moment, type PromptDecision } from "./decide-prompt.ts";
export type { Decision, ErrorCode, Reason } from "./decision.ts";
export { type Exposure, exposureId, exposureOf } from "./exposure.ts";
export type { AnswerOf, FallbackOf, FlagKeyOf, PlacementKeyOf, SegmentKeyOf } from "./registered.ts";
