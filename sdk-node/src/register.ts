import type { AnswerOf, FallbackOf, FlagKeyOf, SegmentKeyOf } from "@muster/rules/decide";

/**
 * What a workspace has, for the compiler: `muster types` writes a file that adds `flags`, `segments` and `placements` to
 * it. While it is empty, any text is a key.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be augmented
export interface Register {}

export type FlagKey = FlagKeyOf<Register>;
export type SegmentKey = SegmentKeyOf<Register>;
export type Fallback<Flag extends FlagKey> = FallbackOf<Register, Flag>;
export type Answer<Flag extends FlagKey, Value> = AnswerOf<Register, Flag, Value>;
