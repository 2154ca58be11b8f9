import type { Rule } from "@muster/rules";
import type { DecisionDefinitions } from "@muster/rules/decisions";

/** Definitions that cases share, and the workspace's segments that they name. */
export interface DecisionSet {
  id: string;
  zone: "UTC";
  segments: { readonly [key: string]: { rule: Rule } };
  definitions: DecisionDefinitions;
}

export interface Person {
  id?: string | null;
  anonymousId?: string | null;
  traits: { readonly [name: string]: unknown };
  events: readonly Happening[];
}

export interface Happening {
  id: string;
  name: string;
  ts: number;
  props: { readonly [name: string]: unknown };
}

/** What is asked for: a flag with the caller's default, or a placement at a moment of the page. */
type Ask = { flag: string; default?: unknown } | { placement: string; shownAt?: number; leaving?: boolean };

export interface Question {
  with: string;
  user: Person;
  now: number;
  ask: Ask;
  overrides?: {
    flags?: { readonly [flag: string]: string };
    experiments?: { readonly [experiment: string]: string };
    campaigns?: { readonly [campaign: string]: boolean };
  };
  /** The variations of this device's own exposures by their ids. */
  exposed?: { readonly [id: string]: string };
  /** False: no answer for any segment is known yet. */
  ready?: boolean;
}

/** A decision without `until`. Where a key is left out, the decision does not have it. */
export interface Expected {
  reason: string;
  errorCode?: string;
  /** Of a flag: the caller's default where there is an error. */
  value?: unknown;
  variation?: string;
  rule?: string;
  prerequisite?: string;
  assignment?: Assigned;
  /** Of a placement, where it shows something. */
  campaign?: string;
  kind?: string;
  title?: string;
}

/** The arm of an experiment that decided. */
export interface Assigned {
  flag?: string;
  campaign?: string;
  experiment: string;
  iteration: number;
  variation: string;
  unit: string;
  settled: boolean;
}
