import type { FlagValue } from "../definitions.ts";
import type { Widened } from "./decide-flag.ts";

// Each SDK has an interface `Register`, which `muster types` fills in. This is what follows from it, for the compiler;
// while nothing is registered any text is a key.

/** A flag's key. */
export type FlagKeyOf<Registered> = Registered extends { flags: infer Flags } ? keyof Flags & string : string;

/** A segment's key. */
export type SegmentKeyOf<Registered> = Registered extends { segments: infer Segment extends string }
  ? Segment
  : string;

/** The key of a place in the application where prompts and banners show. */
export type PlacementKeyOf<Registered> = Registered extends { placements: infer Placement extends string }
  ? Placement
  : string;

/** What a flag's variations are. */
type VariationOf<Registered, Flag> = Registered extends { flags: infer Flags }
  ? Flag extends keyof Flags
    ? Flags[Flag]
    : FlagValue
  : FlagValue;

/** What a fallback of a flag can be: what its variations are, or nothing. */
export type FallbackOf<Registered, Flag> = VariationOf<Registered, Flag> | null | undefined;

/** What a flag's value can be, with this fallback. */
export type AnswerOf<Registered, Flag, Value> = Registered extends { flags: object }
  ? VariationOf<Registered, Flag> | Extract<Value, null | undefined>
  : Widened<Value>;
