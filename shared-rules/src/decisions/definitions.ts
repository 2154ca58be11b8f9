import type { Comparison, Duration, Rule, Where } from "../rule.ts";

/** What a workspace decides by, as people define it. Meaning: docs/spec/DECISIONS.md. Instants are ms since 1970-01-01 UTC. */
export interface DecisionDefinitions {
  flags?: { readonly [key: string]: Flag };
  experiments?: { readonly [key: string]: Experiment };
  campaigns?: { readonly [key: string]: Campaign };
  /** Experiments of one group exclude one another. */
  groups?: { readonly [key: string]: { salt: string } };
  /** Who sees no experiment that names the holdout. */
  holdouts?: { readonly [key: string]: { salt: string; places: Places } };
  /** How often anyone sees any campaign. */
  caps?: Caps;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a variation of a flag can be; an object or a list is the flag type `json`. */
export type FlagValue = boolean | string | number | readonly Json[] | { readonly [key: string]: Json };

export type FlagType = "boolean" | "string" | "number" | "json";

/** Who keeps one place through all of a drawing: the user (the anonymous id until there is a user id), or the device. */
export type Unit = "user" | "device";

/** Ranges [from, to) of the 2^32 places, ascending and apart. */
export type Places = readonly (readonly [from: number, to: number])[];

/** Who of the 2^32 places gets what. */
export interface Split {
  readonly [name: string]: Places;
}

/** Whom something is for: a member of any of `include` (if given) and of none of `exclude`, for whom `rule` holds. */
export interface Audience {
  include?: readonly string[];
  exclude?: readonly string[];
  rule?: Rule;
}

export interface Flag extends FlagState {
  type: FlagType;
  variations: { readonly [key: string]: FlagValue };
  /** What the flag becomes later, ascending. */
  scheduled?: readonly (FlagState & { at: number })[];
}

/** All of a flag that can change by schedule. Variations are named by their keys. */
export interface FlagState {
  enabled: boolean;
  /** The variation where the flag is not enabled or a prerequisite is not met. */
  off: string;
  /** The variation where no rule serves one. */
  otherwise: string;
  /** By variation, the ids of the users who get it whatever the rules say. */
  overrides?: { readonly [variation: string]: readonly string[] };
  prerequisites?: readonly Prerequisite[];
  rules?: readonly FlagRule[];
}

export interface Prerequisite {
  flag: string;
  /** The variations of it that will do. */
  in: readonly string[];
}

export type FlagRule = { key: string; audience?: Audience } & Serving;

type Serving = { variation: string } | { rollout: Rollout } | { experiment: string };

/** Variations for shares of the units; places that no variation has are not served. */
export interface Rollout {
  salt: string;
  unit?: Unit;
  places: Split;
}

export interface Experiment {
  enabled: boolean;
  salt: string;
  /** Counts the drawings: with a new one everyone is assigned anew. */
  iteration: number;
  unit?: Unit;
  /** The arms share all places. */
  arms: Split;
  /** The places that take part; left out, all. */
  allocation?: Places;
  audience?: Audience;
  /** Its part of an exclusion group. */
  group?: { key: string; places: Places };
  holdout?: string;
  start?: number;
  end?: number;
}

export interface Campaign {
  kind: "prompt" | "banner";
  placement: string;
  enabled: boolean;
  content: Content;
  /** An experiment on the content, with the content of those arms that have another. */
  experiment?: { key: string; contents: { readonly [arm: string]: Content } };
  audience?: Audience;
  trigger?: Trigger;
  start?: number;
  end?: number;
  /** The largest comes first; left out, 0. */
  priority?: number;
  caps?: Caps;
  /** The event that it is to bring about. */
  goal?: { event: string; where?: Where };
}

/** How often something may be shown to one user; each that is given holds. */
export interface Caps {
  once?: true;
  /** At most once in so long a time. */
  every?: Duration;
  /** At most so often in all. */
  atMost?: number;
}

export type Trigger =
  | { on: "now" }
  | { on: "event"; event: string; where?: Where; within: Duration }
  /** The path of the last `$page` event. */
  | ({ on: "page" } & Comparison)
  /** So long after the page was shown. */
  | { on: "delay"; after: Duration }
  | { on: "exit" };

/** Plain text only: no markup, no control characters, no overrides of direction. */
export interface Content {
  title: string;
  text?: string;
  image?: { url: string; alt: string };
  primary?: Action;
  secondary?: Action;
}

/** What a button does beside closing: leads to a URL (https, http, mailto, tel, or a path), or tracks an event. */
export type Action = { label: string; url?: string; event?: string };
