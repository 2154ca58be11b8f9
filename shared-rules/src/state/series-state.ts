import { compareEvents, propertiesOf } from "../event-log.ts";
import type { UserEvent } from "../user.ts";
import { type Fold, makeFold } from "./fold.ts";
import type { FoldNeed, SeriesNeed } from "./needs.ts";

/** How far a clock may be set back without a question that the state no longer answers, in ms. */
export const SLACK = 86_400_000;

/** What the state must ask the engine about a series. */
export interface Judge {
  /** Whether the condition of the series holds for an event. */
  holds(event: UserEvent, isFirst: boolean): boolean;
  /** The begin (ms) of the periods that a reach names, as of an instant. */
  periodStart(need: SeriesNeed, now: number): number;
  dayOf(ts: number): number;
}

/** A user's past in one series: the events that windows still ask for, and folds of those that are gone. */
export class SeriesState {
  readonly need: SeriesNeed;
  readonly judge: Judge;
  readonly #samples: UserEvent[];
  readonly #folds: Map<string, Fold>;
  /** The user's first event of that name, where the condition asks for it. */
  #first: UserEvent | undefined;
  /** Whether any event has come. */
  #touched: boolean;

  constructor(need: SeriesNeed, judge: Judge, saved?: Saved) {
    this.need = need;
    this.judge = judge;
    const [samples = [], folds = [], first = []] = saved ?? [];
    this.#folds = new Map(need.folds.map((fold, at) => [fold.key, makeFold(fold, folds[at])]));
    this.#samples = readSamples(samples, need);
    [this.#first] = readSamples(first, need);
    this.#touched = saved !== undefined && saved.length > 0;
  }

  /** The events that are kept, in order, and the first one among them. Folded ones are not. */
  get samples(): readonly UserEvent[] {
    const first = this.#first;
    if (!first) return this.#samples;
    return [first, ...this.#samples];
  }

  get first(): UserEvent | undefined {
    return this.#first;
  }

  fold(key: string): Fold | undefined {
    return this.#folds.get(key);
  }

  apply(event: UserEvent): void {
    if (!this.need.first) this.#keep(event);
    else if (!this.#first || compareEvents(event, this.#first) < 0) {
      const before = this.#first;
      this.#first = this.#prune(event);
      this.#touched = true;
      if (before) this.#keep(before);
    } else this.#keep(event);
  }

  #keep(event: UserEvent): void {
    // What depends on now is decided when it is asked; what is not the first is judged as that.
    if (!this.need.timed && !this.judge.holds(event, false)) return;
    this.#insert(this.#prune(event));
  }

  #insert(sample: UserEvent): void {
    let [low, high] = [0, this.#samples.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#samples[middle];
      if (other && compareSamples(other, sample) <= 0) low = middle + 1;
      else high = middle;
    }
    this.#samples.splice(low, 0, sample);
    this.#touched = true;
  }

  #prune(event: UserEvent): UserEvent {
    const given = propertiesOf(event);
    const props: { [name: string]: unknown } = Object.create(null);
    for (const name of this.need.properties) {
      if (Object.hasOwn(given, name) && given[name] != null) props[name] = given[name];
    }
    return { id: this.need.ids ? event.id : "", name: "", ts: event.ts, props };
  }

  merge(other: SeriesState): void {
    for (const [key, fold] of other.#folds) this.#folds.get(key)?.merge(fold);
    for (const sample of other.#samples) this.#insert(sample);
    if (other.#first) this.apply(other.#first);
    this.#touched ||= other.#touched;
  }

  /** Folds and drops what no window asks for from `now` less the slack on. */
  forget(now: number): void {
    const { reach, latest, lag } = this.need;
    if (!reach) return;
    const today = now - SLACK;
    const cut = today - lag;
    const horizon = Math.min(today - reach.ms, this.judge.periodStart(this.need, today));
    const old = this.#samples.filter(({ ts }) => ts < cut);
    const kept = latest === null ? 0 : Math.max(0, old.length - latest);
    const gone = new Set(old.filter(({ ts }, at) => ts < horizon || at < kept));
    if (!gone.size) return;
    const rest = this.#samples.filter((sample) => !gone.has(sample));
    for (const sample of gone) this.#fold(sample);
    this.#samples.splice(0, this.#samples.length, ...rest);
  }

  #fold(sample: UserEvent): void {
    for (const need of this.need.folds) {
      if (isInside(need, sample.ts)) this.#folds.get(need.key)?.add(sample, this.judge.dayOf);
    }
  }

  save(): Saved {
    if (!this.#touched) return [];
    const samples = writeSamples(this.#samples, this.need);
    const folds = this.need.folds.map(({ key }) => this.#folds.get(key)?.save());
    return this.#first ? [samples, folds, writeSamples([this.#first], this.need)] : [samples, folds];
  }
}

/** Whether a fold counts an event of that instant. */
export function isInside({ from, to }: FoldNeed, ts: number): boolean {
  return (from === null || ts >= from) && (to === null || ts < to);
}

/** Columns: gaps between instants in base 36, then ids, then each property. */
type Columns = readonly unknown[];

/** The samples, the folds, and the first event where it is kept apart; nothing where no event has come. */
export type Saved = readonly [samples?: Columns, folds?: readonly unknown[], first?: Columns];

/** By time, then by id; samples without ids by what they hold, so that equal sets have equal orders. */
function compareSamples(a: UserEvent, b: UserEvent): number {
  if (a.ts !== b.ts || a.id || b.id) return compareEvents(a, b);
  const [left, right] = [JSON.stringify(a.props), JSON.stringify(b.props)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function writeSamples(samples: readonly UserEvent[], { ids, properties }: SeriesNeed): Columns {
  if (!samples.length) return [];
  let before = 0;
  const gaps = samples.map(({ ts }) => {
    const gap = ts - before;
    before = ts;
    return gap.toString(36);
  });
  return [
    gaps.join(" "),
    ...(ids ? [samples.map(({ id }) => id)] : []),
    ...properties.map((name) => samples.map(({ props }) => props[name] ?? null)),
  ];
}

function readSamples(columns: Columns, { ids, properties }: SeriesNeed): UserEvent[] {
  const [gaps, ...rest] = columns;
  if (typeof gaps !== "string") return [];
  let ts = 0;
  const list = (at: number): readonly unknown[] => {
    const column = rest[at];
    return Array.isArray(column) ? column : [];
  };
  return gaps.split(" ").map((gap, at) => {
    ts += Number.parseInt(gap, 36);
    const props: { [name: string]: unknown } = Object.create(null);
    properties.forEach((name, column) => {
      const value = list(column + (ids ? 1 : 0))[at];
      if (value != null) props[name] = value;
    });
    return { id: ids ? String(list(0)[at]) : "", name: "", ts, props };
  });
}
