import type { Decider, Engine } from "./engine.ts";
import { makeSegments, type Segment } from "./segments.ts";
import { makeUsers, type User } from "./users.ts";

/** What a question has to do with, in the process of one engine. */
export interface Setting<S = Segment, U = User> {
  engine: Engine<S, U>;
  /** The segments in the engine's own form. */
  text: string;
  users: readonly U[];
  segments: number;
  /** Where the next round takes up the users, so that a slow engine sees them all in time. */
  cursor: number;
  /** Opened when first asked for, and then the same. */
  decider(): Promise<Decider>;
}

export interface Goal {
  engine: string;
  segments: number;
  /** What the figure is compared with: another engine's in the same rounds, or nothing. */
  against?: string;
  /** Most allowed: a ratio, or without `against` the unit of the question. */
  most: number;
}

/** What each file in `questions/` exports as `question`. */
export interface Question<S = Segment, U = User> {
  title: string;
  unit: "ns" | "µs" | "ms";
  engines: readonly string[];
  /** The engine that ratios refer to. */
  base: string;
  /** Engines that answer almost the same: how far they differ is shown. */
  rough?: readonly string[];
  /** Engines draw people each by a hash of its own: of each segment, the shares of people differ by no more than this. */
  shares?: number;
  /** Numbers of segments, or of what `sized` says. */
  sizes: readonly number[];
  sized?: string;
  /** What is asked about at a size. */
  make(size: number): { segments: readonly S[]; users: readonly U[] };
  rounds: number;
  /** A new process each round: nothing is compiled or warm. */
  cold: boolean;
  goals: readonly Goal[];
  /** One figure in the question's unit. */
  measure(setting: Setting<S, U>): Promise<number>;
}

/** So many segments that compare traits, and a thousand users. */
export function makeTraitSegments(size: number) {
  return { segments: makeSegments(size), users: makeUsers(1_000) };
}

/** All engines that decide any number of users. */
export const PEERS = [
  "if-code",
  "muster",
  "json-logic-engine",
  "growthbook",
  "cel",
  "sift",
  "launchdarkly",
  "unleash",
] as const;

/** SDKs that decide flags by themselves. */
export const FLAG_ENGINES = [
  "flags-muster",
  "flags-growthbook",
  "flags-launchdarkly",
  "flags-unleash",
  "flags-posthog",
] as const;

/** What has been answered; whoever imports this can see it, so that no answer can be left out. */
export const seen = { members: 0, others: 0 };

/** Uses an answer. */
export function swallow(member: boolean): void {
  if (member) seen.members++;
  else seen.others++;
}
