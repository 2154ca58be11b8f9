import type { Audience, Campaign, Experiment, Flag, FlagState, Unit } from "../definitions.ts";

/**
 * Definitions as people write them: shares in percent where a document has places, and no salts, which are made once.
 * All else is as in a document.
 */
export interface Written {
  flag: WrittenFlag;
  experiment: WrittenExperiment;
  campaign: WrittenCampaign;
  group: WrittenGroup;
  holdout: WrittenHoldout;
}

export type DecisionKind = keyof Written;

/** What is said about a definition and decides nothing. */
export interface About {
  name?: string;
  description?: string;
}

/** Of flags, experiments and campaigns. */
export interface AboutDecision extends About {
  /** Decided at the edge and by servers only: no browser hears of it. */
  private?: boolean;
}

export type WrittenFlag = Omit<Flag, "rules" | "scheduled"> &
  WrittenRules &
  AboutDecision & { scheduled?: readonly (Omit<FlagState, "rules"> & WrittenRules & { at: number })[] };

interface WrittenRules {
  rules?: readonly WrittenRule[];
}

type WrittenRule = { key: string; audience?: Audience } & (
  | { variation: string }
  | { rollout: WrittenRollout }
  | { experiment: string }
);

interface WrittenRollout {
  /** Percent of the units for each variation: at most 100 together; the rest is not served. */
  weights: Weights;
  unit?: Unit;
}

/** Numbers by name, not negative, with at most four decimals. */
export interface Weights {
  readonly [name: string]: number;
}

export type WrittenExperiment = Omit<Experiment, "salt" | "iteration" | "arms" | "allocation" | "group"> &
  AboutDecision & {
    /** The arms, each with its weight: its share is its part of their sum. */
    weights: Weights;
    /** Percent of the units that take part; left out, all. */
    allocation?: number;
    /** Its part of an exclusion group, in percent. */
    group?: { key: string; share: number };
  };

export type WrittenCampaign = Campaign & AboutDecision;
export type WrittenGroup = About;
/** Percent of the units that see no experiment which names the holdout. */
export type WrittenHoldout = About & { share: number };
