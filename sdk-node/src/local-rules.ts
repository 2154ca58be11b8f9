import {
  ALL_FEATURES,
  type Answerer,
  answerer,
  type Clock,
  load,
  type Membership,
  type Plan,
  type Program,
  reads,
  type User,
} from "@muster/rules";
import type { DecisionTable } from "@muster/rules/decide";
import type { UserRef } from "./user.ts";

/** A segment that is decided here, if the host brings these. */
interface Local {
  traits: readonly string[];
  /** Whether a plain object inherits something by the name of one of them, such as `constructor`. */
  isInherited: boolean;
  userId: boolean;
  answer: Answerer;
}

/** The definitions, and which of their segments can be decided from the ids and traits that the host brings. */
export class LocalRules {
  readonly table: DecisionTable;
  readonly #program: Program;
  readonly #plan: Plan;
  /** By segment; null where the edge has to be asked. */
  readonly #locals = new Map<string, Local | null>();
  /** The segments of people; those that decisions are compiled into begin with `$`. */
  readonly segments: readonly string[];

  constructor(program: Program, table: DecisionTable) {
    this.table = table;
    this.#program = program;
    this.#plan = load(program, ALL_FEATURES);
    this.segments = program.segments.map(([key]) => key).filter((key) => !key.startsWith("$"));
  }

  /** The answer, or undefined where the edge knows more about this user than the caller. */
  decide(segment: string, user: UserRef, clock: Clock): Membership | undefined {
    const local = this.#localOf(segment);
    if (local === null) return undefined;
    // The edge may know a user id for an anonymous id, and lists and buckets go by the user id.
    if (local.userId && user.userId === undefined) return undefined;
    const traits = readTraits(user.traits ?? NONE, local);
    if (traits === undefined) return undefined;
    const { userId = null, anonymousId = null } = user;
    return local.answer({ id: userId, anonymousId, traits, events: NOTHING }, clock);
  }

  #localOf(segment: string): Local | null {
    const known = this.#locals.get(segment);
    if (known !== undefined) return known;
    const answer = answerer(this.#plan, segment);
    if (answer === undefined) return null;
    const needs = this.#collect(segment);
    const local = needs && { ...needs, answer };
    this.#locals.set(segment, local);
    return local;
  }

  /** What is read, references followed; null as soon as it is something that only the edge knows. */
  #collect(segment: string): Omit<Local, "answer"> | null {
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
    const isInherited = [...traits].some((name) => name in Object.prototype);
    return { traits: [...traits], isInherited, userId };
  }
}

const NOTHING: User["events"] = [];

type Traits = NonNullable<UserRef["traits"]>;

const NONE: Traits = {};

/** These traits as the edge would read them; undefined where one is not there. Copied only where JSON changes one. */
function readTraits(given: Traits, { traits: names, isInherited }: Local): Traits | undefined {
  // A look at a name takes half the time where nothing but the object's own can be found.
  const isOwn = !isInherited && Object.getPrototypeOf(given) === Object.prototype;
  let asIs = true;
  for (const name of names) {
    const value = isOwn || Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return undefined;
    asIs &&= isPlain(value);
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
  return value === null || isPlain(value) ? value : undefined;
}

/** Whether JSON writes it as it is; of a number that is not finite every rule thinks as of null, which JSON makes of it. */
function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
