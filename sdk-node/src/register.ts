import type { FlagValue, Widened } from "@muster/rules/decide";

/**
 * The keys of the workspace, for the compiler. Empty: any text is a key. `muster types` writes a file that fills it
 * in by declaration merging: `flags`, by key the type of their values; `segments` and `placements`, a union of keys.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be augmented.
export interface Register {}

type Registered<Part extends string, Otherwise> = Register extends { [part in Part]: infer Known }
  ? Known
  : Otherwise;

type Flags = Registered<"flags", { [key: string]: FlagValue }>;

export type FlagKey = keyof Flags & string;
export type SegmentKey = Registered<"segments", string>;

/** What a flag's fallback can be. */
export type Fallback<Key extends FlagKey> = Flags[Key] & FlagValue;

/** The type of a fallback, not its value; of a registered flag, the type of its values. */
export type ValueOf<Key extends FlagKey, Given> = Register extends { flags: object }
  ? Flags[Key]
  : Widened<Given>;
