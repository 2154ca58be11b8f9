import {
  ALL_FEATURES,
  load,
  type Membership,
  membership,
  type Plan,
  type Program,
  reads,
} from "@muster/rules";
import type { DecisionTable } from "@muster/rules/decide";
import type { UserRef } from "./user.ts";

/** What the host must bring for a segment to be decided here. */
interface Needs {
  traits: readonly string[];
  userId: boolean;
}

/** The definitions, and which of their segments can be decided from the ids and traits that the host brings. */
export class LocalRules {
  readonly table: DecisionTable;
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #needs = new Map<string, Needs | null>();
  /** The segments of people; those that decisions are compiled into begin with `$`. */
  readonly segments: readonly string[];

  constructor(program: Program, table: DecisionTable) {
    this.table = table;
    this.#program = program;
    this.#plan = load(program, ALL_FEATURES);
    this.segments = program.segments.map(([key]) => key).filter((key) => !key.startsWith("$"));
  }

  /** The answer, or undefined where the edge knows more about this user than the caller. */
  decide(segment: string, user: UserRef, now: number): Membership | undefined {
    const needs = this.#needsOf(segment);
    if (needs === null) return undefined;
    // The edge may know a user id for an anonymous id, and lists and buckets go by the user id.
    if (needs.userId && user.userId === undefined) return undefined;
    const traits = readTraits(user.traits ?? NONE, needs.traits);
    if (traits === undefined) return undefined;
    const subject = {
      id: user.userId ?? null,
      anonymousId: user.anonymousId ?? null,
      traits,
      events: [],
    };
    return membership(this.#plan, segment, subject, now);
  }

  #needsOf(segment: string): Needs | null {
    let needs = this.#needs.get(segment);
    if (needs === undefined) {
      if (!this.#plan.positions.has(segment)) return null;
      needs = this.#collect(segment);
      this.#needs.set(segment, needs);
    }
    return needs;
  }

  /** Follows references; null as soon as something is read that only the edge knows. */
  #collect(segment: string): Needs | null {
    const traits = new Set<string>();
    let userId = false;
    const seen = new Set([segment]);
    for (const key of seen) {
      const read = reads(this.#program, key);
      if (read.events.size > 0 || read.answers.size > 0) return null;
      userId ||= read.ids;
      for (const name of read.traits) traits.add(name);
      for (const reference of read.segments) seen.add(reference);
    }
    return { traits: [...traits], userId };
  }
}

type Traits = NonNullable<UserRef["traits"]>;

const NONE: Traits = {};

/** These traits as the edge would read them; undefined where one is not there. Copied only where JSON changes one. */
function readTraits(given: Traits, names: readonly string[]): Traits | undefined {
  let asIs = true;
  for (const name of names) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return undefined;
    asIs &&= typeof value !== "object";
  }
  if (asIs) return given;
  const traits: [string, unknown][] = [];
  for (const name of names) {
    const value = asSent(given[name]);
    if (value === undefined) return undefined;
    traits.push([name, value]);
  }
  return Object.fromEntries(traits);
}

/** A trait as the edge would read it from JSON, so that both decide alike; undefined where JSON would change it. */
function asSent(value: unknown): unknown {
  if (value instanceof Date) return value.toJSON();
  if (Array.isArray(value)) return value.every((item) => typeof item === "string") ? value : undefined;
  return value === null || typeof value !== "object" ? value : undefined;
}
