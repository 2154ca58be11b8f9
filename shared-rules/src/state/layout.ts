import type { Plan } from "../engine/plan.ts";
import { Judge } from "./judge.ts";
import { foldNeedOf, hash, needsOf, type SeriesNeed } from "./needs.ts";

/** The plans that a state answers: one, or several whose series it keeps together. */
export type Plans = Plan | readonly Plan[];

/** Where a state keeps one series. */
export interface Slot {
  key: string;
  need: SeriesNeed;
  judge: Judge;
}

/** Where one plan finds its series and folds in a state. */
export interface Readings {
  /** The slot of each series. */
  slots: readonly number[];
  /** The fold of each operand, among those of its series; -1 where there is none. */
  folds: readonly number[];
  /** The column of the property that each operand measures, among those of its series; -1 where there is none. */
  columns: readonly number[];
}

/** What the states of the same plans share. */
export class Layout {
  /** In the order of their keys. */
  readonly slots: readonly Slot[];
  readonly readings: ReadonlyMap<Plan, Readings>;
  /** The slots that an event of a name touches; the other names touch those of `*` only. */
  readonly #named = new Map<string, number[]>();
  readonly #any: readonly number[];

  constructor(plans: readonly Plan[]) {
    const slots = new Map<string, Slot>();
    for (const plan of plans) {
      for (const need of needsOf(plan.program)) {
        if (need && !slots.has(need.key))
          slots.set(need.key, { key: need.key, need, judge: new Judge(plan, need) });
      }
    }
    this.slots = [...slots.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    const places = new Map(this.slots.map(({ key }, slot) => [key, slot]));
    this.#any = this.slots.flatMap(({ need }, slot) => (need.event === "*" ? [slot] : []));
    for (const [slot, { need }] of this.slots.entries()) {
      if (need.event === "*") continue;
      const named = this.#named.get(need.event) ?? [...this.#any];
      this.#named.set(need.event, named);
      named.push(slot);
    }
    this.readings = new Map(plans.map((plan) => [plan, readingsOf(plan, places)]));
  }

  touched(name: string): readonly number[] {
    return this.#named.get(name) ?? this.#any;
  }
}

const listOf = (plans: Plans): readonly Plan[] => ("program" in plans ? [plans] : plans);

/** The keys of all series that the plans ask for, in order. */
export function keysOf(plans: Plans): string[] {
  const keys = listOf(plans).flatMap(({ program }) => needsOf(program).flatMap((need) => need?.key ?? []));
  return [...new Set(keys)].sort();
}

/** Names what a state of these plans keeps: states of equal layouts have the same series. */
export function layoutOf(plans: Plans): string {
  return hash(keysOf(plans).join(" "));
}

interface Known {
  layout?: Layout;
  next: WeakMap<Plan, Known>;
}

const known: Known = { next: new WeakMap() };

/** The layout of these plans, made once. */
export function layoutFor(plans: Plans): Layout {
  let found = known;
  for (const plan of listOf(plans)) {
    const next = found.next.get(plan) ?? { next: new WeakMap() };
    found.next.set(plan, next);
    found = next;
  }
  found.layout ??= new Layout(listOf(plans));
  return found.layout;
}

function readingsOf({ program }: Plan, places: ReadonlyMap<string, number>): Readings {
  const needs = needsOf(program);
  const folds = program.operands.map((operand) => {
    if (operand[0] !== "event") return -1;
    const key = foldNeedOf(operand)?.key;
    return needs[operand[1]]?.folds.findIndex((need) => need.key === key) ?? -1;
  });
  const columns = program.operands.map((operand) => {
    if (operand[0] !== "event") return -1;
    const [, series, , property = ""] = operand;
    return needs[series]?.properties.indexOf(property) ?? -1;
  });
  return { slots: needs.map((need) => (need && places.get(need.key)) ?? -1), folds, columns };
}
