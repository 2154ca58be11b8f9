import type { Context } from "../engine/context.ts";
import type { Digest, RunSums } from "../engine/features.ts";
import type { EventOperand } from "../engine/operand.ts";
import { isPresent } from "../engine/operators.ts";
import { type Samples, samplesOf } from "../engine/past.ts";
import { firstAt } from "../engine/window.ts";
import { compareEvents, propertiesOf } from "../event-log.ts";
import type { UserEvent } from "../user.ts";
import { type Column, readColumn, type SavedColumn, writeColumn } from "./column.ts";
import { mayForget, SLACK } from "./forgetting.ts";
import type { Judge } from "./judge.ts";
import type { SeriesNeed } from "./needs.ts";
import {
  joinParts,
  partsOf,
  readIds,
  readInstants,
  readList,
  type SavedSeries,
  writeIds,
  writeInstants,
} from "./saved-series.ts";

type Row = readonly [ts: number, id: string, ...values: unknown[]];

/** A user's past in one series: the events that windows still ask for, and folds of those that are gone. */
export class SeriesState implements Samples {
  readonly need: SeriesNeed;
  readonly judge: Judge;
  /** Whether the condition holds for all samples; else that can only be decided when it is asked. */
  readonly isPlain: boolean;
  readonly instants: number[];
  readonly #parts: readonly unknown[];
  /** What stands for the events that are gone, by fold. */
  readonly folds: Digest[];
  /** Counts changes. */
  version = 0;
  /** What was saved, while it is still true. */
  #saved: SavedSeries | undefined;
  /** Read when they are asked for. */
  #ids: string[] | undefined;
  readonly #columns: Column[] = [];
  /** By column; null where there are none. */
  #sums: (RunSums | null | undefined)[] = [];
  #events: readonly UserEvent[] | undefined;
  /** The user's first event of that name, where the condition asks for it. */
  #first: Row | undefined;

  constructor(need: SeriesNeed, judge: Judge, saved: SavedSeries) {
    this.need = need;
    this.judge = judge;
    this.isPlain = !need.first && !need.timed;
    this.#saved = saved;
    this.#parts = partsOf(saved);
    const { ids, properties, folds, first } = need;
    const at = 1 + Number(ids) + properties.length;
    this.folds = folds.map((_, index) => {
      const fold = this.#parts[at + index] ?? [];
      return Array.isArray(fold) ? fold : [fold];
    });
    const [ts, id, ...values] = first ? readList(this.#parts[at + folds.length]) : [];
    if (typeof ts === "number") this.#first = [ts, String(id), ...values];
    this.instants = readInstants(this.#parts[0]);
  }

  #idList(): string[] {
    this.#ids ??= readIds(this.#parts[1]);
    return this.#ids;
  }

  #column(index: number): Column {
    const saved = this.#parts[1 + Number(this.need.ids) + index] as SavedColumn | undefined;
    return (this.#columns[index] ??= readColumn(saved, this.instants.length));
  }

  column(property: string): Column | undefined {
    const index = this.need.properties.indexOf(property);
    return index < 0 ? undefined : this.#column(index);
  }

  get events(): readonly UserEvent[] {
    this.#events ??= this.#readEvents();
    return this.#events;
  }

  #readEvents(): UserEvent[] {
    const { ids, properties } = this.need;
    const idList = ids ? this.#idList() : [];
    const columns = properties.map((name, index) => [name, this.#column(index)] as const);
    return this.instants.map((ts, at) => {
      const props: { [name: string]: unknown } = Object.create(null);
      for (const [name, column] of columns) props[name] = column[at] ?? undefined;
      return { id: idList[at] || "", name: "", ts, props };
    });
  }

  #row(at: number): Row {
    const { ids, properties } = this.need;
    const values = properties.map((_, index) => this.#column(index)[at]);
    return [this.instants[at] ?? 0, (ids && this.#idList()[at]) || "", ...values];
  }

  #eventOf([ts, id, ...values]: Row): UserEvent {
    const props: { [name: string]: unknown } = Object.create(null);
    for (const [index, name] of this.need.properties.entries()) props[name] = values[index] ?? undefined;
    return { id, name: "", ts, props };
  }

  /** The samples for which the condition holds now, where they are not plain. */
  select(context: Context): Samples {
    const [head] = this.#first ? [this.#eventOf(this.#first)] : [];
    const events = head ? [head, ...this.events] : this.events;
    return samplesOf(events.filter((event) => this.judge.holds(event, event === head, context)));
  }

  /** The measure of samples that were read from here, with what `fold` (-1: none) has of the events that are gone. */
  measure(
    fold: number,
    column: number,
    [, , measure, property = ""]: EventOperand,
    samples: Samples,
    begin: number,
    end: number,
  ): unknown {
    const gone = fold < 0 ? undefined : this.folds[fold];
    if (!gone?.length && samples === this && (measure === "sum" || measure === "avg")) {
      // What is asked for most, without a digest in between.
      const sums = this.#sumsOf(column);
      if (sums) {
        const parts = measure === "sum" ? 1 : sums.count(begin, end);
        return parts ? sums.sum(begin, end) / parts : undefined;
      }
    }
    const inside = this.judge.digest(measure, property, samples, begin, end);
    const digest = gone?.length ? this.judge.combine(measure, gone, inside) : inside;
    return this.judge.measures?.valueOf(measure, digest);
  }

  /** Sums of a column's numbers, where they can be told in advance. */
  #sumsOf(column: number): RunSums | undefined {
    let sums = this.#sums[column];
    if (sums === undefined) {
      sums = this.judge.measures?.sums(this.#column(column)) ?? null;
      this.#sums[column] = sums;
    }
    return sums ?? undefined;
  }

  apply(event: UserEvent): void {
    if (!this.need.first) {
      this.#keep(event);
      return;
    }
    const before = this.#first && this.#eventOf(this.#first);
    if (before && compareEvents(event, before) > 0) this.#keep(event);
    else {
      this.#first = this.#rowOf(event);
      this.#changed();
      if (before) this.#keep(before);
    }
  }

  #keep(event: UserEvent): void {
    // What depends on now is decided when it is asked; what is not the first is judged as that.
    if (this.need.timed || this.judge.holds(event, false)) this.#insert(this.#rowOf(event));
  }

  /** What is kept of an event. */
  #rowOf(event: UserEvent): Row {
    const given = propertiesOf(event);
    const values = this.need.properties.map((name) => {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      // JSON does not tell -0 from 0, nor does any rule.
      return isPresent(value) ? value || (value === 0 ? 0 : value) : undefined;
    });
    return [event.ts, this.need.ids ? event.id : "", ...values];
  }

  #insert(row: Row): void {
    const [ts, id, ...values] = row;
    const at = this.#placeOf(row);
    if (this.need.ids) this.#idList().splice(at, 0, id);
    for (const [index, value] of values.entries()) this.#column(index).splice(at, 0, value);
    // Last: a column that is read only now has as many places as there were instants.
    this.instants.splice(at, 0, ts);
    this.#changed();
  }

  /** The place after all samples that are not later than a row; many may be of one instant. */
  #placeOf(row: Row): number {
    const [ts] = row;
    let low = firstAt(this, ts);
    let high = firstAt(this, ts + 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareRows(this.#row(middle), row) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #changed(): void {
    this.version++;
    this.#saved = undefined;
    this.#events = undefined;
    this.#sums = [];
  }

  /** Takes in the events of another user's series of the same need. */
  merge(other: SeriesState): void {
    for (const [at, { measure }] of this.need.folds.entries())
      this.folds[at] = this.judge.combine(measure, this.folds[at] ?? [], other.folds[at] ?? []);
    for (let at = 0; at < other.instants.length; at++) this.#insert(other.#row(at));
    if (other.#first) this.apply(this.#eventOf(other.#first));
    this.#changed();
  }

  /** Folds and drops what no window asks for from `now` less the slack on. */
  forget(now: number): void {
    const { need } = this;
    const oldest = this.instants[0];
    if (oldest === undefined || !mayForget(need, oldest, this.instants.length, now)) return;
    const today = now - SLACK;
    const horizon = Math.min(today - (need.reach?.ms ?? 0), this.judge.periodStart(today));
    const old = firstAt(this, today - need.lag);
    const gone = Math.max(
      Math.min(old, firstAt(this, horizon)),
      need.latest === null ? 0 : old - need.latest,
    );
    if (gone <= 0) return;
    for (const [index, { measure, property, from, to }] of need.folds.entries()) {
      const begin = from === null ? 0 : firstAt(this, from);
      const end = to === null ? gone : Math.min(gone, firstAt(this, to));
      if (begin < end) {
        const lost = this.judge.digest(measure, property, this, begin, end);
        this.folds[index] = this.judge.combine(measure, this.folds[index] ?? [], lost);
      }
    }
    if (need.ids) this.#idList().splice(0, gone);
    for (const index of need.properties.keys()) this.#column(index).splice(0, gone);
    this.instants.splice(0, gone);
    this.#changed();
  }

  save(): SavedSeries {
    this.#saved ??= this.#write();
    return this.#saved;
  }

  #write(): SavedSeries {
    const { ids, properties, first } = this.need;
    return joinParts([
      writeInstants(this.instants),
      ...(ids ? [writeIds(this.#idList())] : []),
      ...properties.map((_, index) => writeColumn(this.#column(index))),
      // A text would not be told from what is empty.
      ...this.folds.map((fold) => (fold.length === 1 && typeof fold[0] === "number" ? fold[0] : fold)),
      ...(first ? [this.#first ?? []] : []),
    ]);
  }
}

/** By time, then by id; those without ids by what they hold, so that equal sets have equal orders. */
function compareRows(a: Row, b: Row): number {
  const [left, right] = a[1] || b[1] ? [a[1], b[1]] : [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
