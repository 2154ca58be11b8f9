import type { FlagValue, Widened } from "@muster/rules/decide";

/**
 * What a workspace has, for the compiler: `muster types` writes a file that adds `flags`, `segments` and `placements` to
 * it. While it is empty, any text is a key.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be augmented
export interface Register {}

/** A flag's key. */
export type FlagKey = Register extends { flags: infer Flags } ? keyof Flags & string : string;

/** A segment's key. */
export type SegmentKey = Register extends { segments: infer Segment extends string } ? Segment : string;

/** What a flag's variations are. */
type Variation<Flag extends FlagKey> = Register extends { flags: infer Flags }
  ? Flag extends keyof Flags
    ? Flags[Flag]
    : FlagValue
  : FlagValue;

/** What a fallback of a flag can be: what its variations are, or nothing. */
export type Fallback<Flag extends FlagKey> = Variation<Flag> | null | undefined;

/** What a flag's value can be, with this fallback. */
export type Answer<Flag extends FlagKey, Value> = Register extends { flags: object }
  ? Variation<Flag> | Extract<Value, null | undefined>
  : Widened<Value>;
