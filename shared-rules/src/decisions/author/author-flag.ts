import { allowOnly, type Fields, readFields, requireKey } from "../../parse/fields.ts";
import { pointer } from "../../parse/problem.ts";
import type { Flag, FlagState, Split } from "../definitions.ts";
import { placesOfPercents } from "./shares.ts";

/** The places of rollouts, by the keys of their rules. */
type RolloutPlaces = ReadonlyMap<unknown, Split>;

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rolloutsOf({ rules = [] }: FlagState): [rule: string, salt: string, places: Split][] {
  return rules.flatMap((rule) =>
    "rollout" in rule ? [[rule.key, rule.rollout.salt, rule.rollout.places]] : [],
  );
}

function placesIn(state: FlagState): RolloutPlaces {
  return new Map(rolloutsOf(state).map(([rule, , places]) => [rule, places]));
}

/** The state that is in force at an instant. */
function stateAt(flag: Flag, now: number): FlagState {
  return flag.scheduled?.findLast(({ at }) => at <= now) ?? flag;
}

/** Gives the rollouts of one flag's states their salts and places; all else is left to the parser of documents. */
class Rollouts {
  readonly #makeSalt: () => string;
  /** A rule's salt, the same in all states. */
  readonly #salts: Map<unknown, string>;

  constructor(before: Flag | undefined, makeSalt: () => string) {
    this.#makeSalt = makeSalt;
    const states = before ? [before, ...(before.scheduled ?? [])] : [];
    this.#salts = new Map(states.flatMap(rolloutsOf).map(([rule, salt]) => [rule, salt]));
  }

  /** A state's document, and the places of its rules; each begins with those of the first of `sources` that knows it. */
  author(fields: Fields, path: string, sources: readonly RolloutPlaces[]): [state: Fields, RolloutPlaces] {
    const rules = fields.get("rules");
    const places = new Map<unknown, Split>();
    if (!Array.isArray(rules)) return [fields, places];
    const authored = rules.map((rule: unknown, index) => {
      if (!isObject(rule) || !("rollout" in rule) || !isObject(rule.rollout)) return rule;
      const key = "key" in rule ? rule.key : undefined;
      const at = pointer(path, "rules", index, "rollout");
      const { weights, ...rollout } = Object.fromEntries(readRollout(rule.rollout, at));
      const known = sources.find((source) => source.has(key))?.get(key);
      const split = placesOfPercents(weights, `${at}/weights`, known ?? {});
      places.set(key, split);
      return { ...rule, rollout: { ...rollout, salt: this.#saltOf(key), places: split } };
    });
    return [new Map(fields).set("rules", authored), places];
  }

  #saltOf(rule: unknown): string {
    const salt = this.#salts.get(rule) ?? this.#makeSalt();
    this.#salts.set(rule, salt);
    return salt;
  }
}

function readRollout(value: unknown, path: string): Fields {
  const fields = readFields(value, path, "a rollout");
  allowOnly(fields, path, ["weights", "unit"]);
  requireKey(fields, path, "weights");
  return fields;
}

/** The scheduled state that is in force of those that were written, by its index; -1: none is yet. */
function indexAt(scheduled: readonly unknown[], now: number): number {
  return scheduled.findLastIndex(
    (state) => isObject(state) && "at" in state && typeof state.at === "number" && state.at <= now,
  );
}

/**
 * A flag's document, which is still to be checked. As few places as possible move: from what is in force to what is to
 * be in force, from any other state to what it becomes, and to a new one from the state before it.
 */
export function authorFlag(
  fields: Fields,
  before: Flag | undefined,
  now: number,
  makeSalt: () => string,
): unknown {
  const rollouts = new Rollouts(before, makeSalt);
  const inForce = before ? [placesIn(stateAt(before, now))] : [];
  const own = before ? [placesIn(before)] : [];
  const scheduled = fields.get("scheduled");
  const current = Array.isArray(scheduled) ? indexAt(scheduled, now) : -1;
  const sources = current < 0 ? [...inForce, ...own] : [...own, ...inForce];
  const [flag, places] = rollouts.author(fields, "", sources);
  if (!Array.isArray(scheduled)) return Object.fromEntries(flag);
  let last = places;
  const states = scheduled.map((value: unknown, index) => {
    if (!isObject(value)) return value;
    const path = pointer("/scheduled", index);
    const written = readFields(value, path, "a scheduled change");
    const same = before?.scheduled?.find(({ at }) => at === written.get("at"));
    const sources = [...(index === current ? inForce : []), ...(same ? [placesIn(same)] : []), last];
    const [state, next] = rollouts.author(written, path, sources);
    last = next;
    return Object.fromEntries(state);
  });
  return Object.fromEntries(new Map(flag).set("scheduled", states));
}
