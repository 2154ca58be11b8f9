import type { Content, FlagValue } from "./definitions.ts";

/**
 * Definitions as decisions read them: JSON that a browser may hold. Whom something is for stands in segments, which
 * are named by their keys; nothing here tells of a user.
 */
export interface DecisionTable {
  format: 1;
  flags: { readonly [key: string]: TableFlag };
  experiments: { readonly [key: string]: TableExperiment };
  /** The campaigns of each placement, the first choice first. */
  placements: { readonly [placement: string]: readonly TableCampaign[] };
}

export interface TableFlag {
  variations: { readonly [key: string]: FlagValue };
  /** In the order of time; each is in force until the next one. */
  states: readonly [TableFlagState, ...TableFlagState[]];
}

export interface TableFlagState {
  /** In force from this instant on; the first one, which has none, from ever. */
  from?: number;
  enabled: boolean;
  off: string;
  otherwise: string;
  overrides: readonly (readonly [segment: string, variation: string])[];
  prerequisites: readonly (readonly [flag: string, variations: readonly string[]])[];
  rules: readonly TableRule[];
}

export interface TableRule {
  key: string;
  /** Whom it is for; left out, everyone. */
  segment?: string;
  /** The segments that its audience names, each with its version: `beta@3 vip@1`. */
  version?: string;
  /** One of the three. */
  variation?: string;
  rollout?: TableDraw;
  experiment?: string;
}

/** Who has which place of 2^32: ends, ascending, with the name that has the places before; null is nobody. */
export interface TableSplit {
  seed: string;
  ends: readonly (readonly [end: number, name: string | null])[];
}

/** A drawing. */
export interface TableDraw {
  /** The unit is the device; left out, the user. */
  device?: true;
  split: TableSplit;
}

export interface TableExperiment extends TableDraw {
  iteration: number;
  start?: number;
  end?: number;
  /** The arms, each with the segment of the users who have been exposed to it; null where the unit is the device. */
  arms: readonly (readonly [arm: string, segment: string | null])[];
  /** Whom it may enrol; left out, everyone. */
  segment?: string;
  /** Splits in each of which a unit needs a place that is somebody's: allocation, exclusion group, holdout. */
  gates: readonly TableSplit[];
  /** Of a device's experiment, the others of its group with their iterations. */
  others?: readonly (readonly [experiment: string, iteration: number])[];
}

export interface TableCampaign {
  key: string;
  kind: "prompt" | "banner";
  /** Whom it may be shown to now; left out, everyone. */
  segment?: string;
  start?: number;
  end?: number;
  /** Ms after the page was shown. */
  delay?: number;
  /** When the visitor is about to leave. */
  exit?: true;
  content: Content;
  experiment?: string;
  contents?: { readonly [arm: string]: Content };
}
