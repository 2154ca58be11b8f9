import { reach } from "../reach.ts";
import { readsOf } from "../reads.ts";
import { directReferences } from "../references.ts";
import type { Plan } from "./plan.ts";

/** What has become of a user since memberships were answered. */
export interface UserChange {
  /** The names of events that came. */
  events?: Iterable<string>;
  /** The names of traits that were written or removed. */
  traits?: Iterable<string>;
  /** The keys of the segments whose answers the caller brings anew (`User.answers`). */
  answers?: Iterable<string>;
}

const NONE: readonly number[] = [];

/** Which segments of a plan what can change; segments are named by their positions. */
export class Influence {
  /** The segments that each segment names itself, and those that name it. */
  readonly references: readonly (readonly number[])[];
  readonly #dependents: number[][] = [];
  readonly #events = new Map<string, number[]>();
  readonly #traits = new Map<string, number[]>();
  readonly #answers = new Map<string, number[]>();

  constructor({ program }: Plan) {
    this.references = program.segments.map(([, condition], position) => {
      const { events, traits, answers } = readsOf(program, [condition]);
      for (const name of events.keys()) add(this.#events, name, position);
      for (const name of traits) add(this.#traits, name, position);
      for (const key of answers) add(this.#answers, key, position);
      const references = directReferences(condition);
      for (const other of references) (this.#dependents[other] ??= []).push(position);
      return references.length ? references : NONE;
    });
  }

  /** The segments that name this one. */
  dependents(position: number): readonly number[] {
    return this.#dependents[position] ?? NONE;
  }

  /** The segments that read any of this themselves, in no order, some of them more than once. */
  *readers({ events = [], traits = [], answers = [] }: UserChange): Iterable<number> {
    for (const name of events) {
      yield* this.#events.get(name) ?? NONE;
      yield* this.#events.get("*") ?? NONE;
    }
    for (const name of traits) yield* this.#traits.get(name) ?? NONE;
    for (const key of answers) yield* this.#answers.get(key) ?? NONE;
  }
}

function add(index: Map<string, number[]>, name: string, position: number): void {
  const positions = index.get(name);
  if (positions) positions.push(position);
  else index.set(name, [position]);
}

const influences = new WeakMap<Plan, Influence>();

/** The influence of a plan, worked out when it is first asked for. */
export function influenceOf(plan: Plan): Influence {
  const influence = influences.get(plan) ?? new Influence(plan);
  influences.set(plan, influence);
  return influence;
}

/**
 * The keys of the segments whose memberships this can change, those that refer to others included, each after
 * those that it refers to. Costs time for these alone once the plan has been asked before.
 */
export function affected(plan: Plan, change: UserChange): string[] {
  const influence = influenceOf(plan);
  const roots = [...influence.readers(change)];
  return reach(roots, (position) => influence.dependents(position)).flatMap((at) => plan.keys[at] ?? []);
}
