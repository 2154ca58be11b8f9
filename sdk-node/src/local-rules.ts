import { ALL_FEATURES, evaluate, load, type Membership, type Plan, type Program, reads } from "@muster/rules";
import type { UserRef } from "./user.ts";

/** What the host must bring for a segment to be decided here. */
interface Needs {
  traits: ReadonlySet<string>;
  userId: boolean;
}

/** A ruleset, and which of its segments can be decided from the ids and traits that the host brings. */
export class LocalRules {
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #needs = new Map<string, Needs | null>();
  readonly segments: ReadonlySet<string>;

  constructor(program: Program) {
    this.#program = program;
    this.#plan = load(program, ALL_FEATURES);
    this.segments = new Set(program.segments.map(([key]) => key));
  }

  /** The answer, or undefined where the edge knows more about this user than the caller. */
  decide(segment: string, user: UserRef, now: number): Membership | undefined {
    const needs = this.#needsOf(segment);
    if (needs === null) return undefined;
    // The edge may know a user id for an anonymous id, and lists and buckets go by the user id.
    if (needs.userId && user.userId === undefined) return undefined;
    const given = user.traits ?? {};
    const traits: [string, unknown][] = [];
    for (const name of needs.traits) {
      const value = Object.hasOwn(given, name) ? asSent(given[name]) : undefined;
      if (value === undefined) return undefined;
      traits.push([name, value]);
    }
    const subject = {
      id: user.userId ?? null,
      anonymousId: user.anonymousId ?? null,
      traits: Object.fromEntries(traits),
      events: [],
    };
    return evaluate(this.#plan, subject, now, [segment]).get(segment);
  }

  #needsOf(segment: string): Needs | null {
    let needs = this.#needs.get(segment);
    if (needs === undefined) {
      needs = this.#collect(segment);
      this.#needs.set(segment, needs);
    }
    return needs;
  }

  /** Follows references; null as soon as something is read that only the edge knows. */
  #collect(segment: string): Needs | null {
    if (!this.segments.has(segment)) return null;
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
    return { traits, userId };
  }
}

/** A trait as the edge would read it from JSON, so that both decide alike; undefined where JSON would change it. */
function asSent(value: unknown): unknown {
  if (value instanceof Date) return value.toJSON();
  if (Array.isArray(value)) return value.every((item) => typeof item === "string") ? value : undefined;
  return value === null || typeof value !== "object" ? value : undefined;
}
