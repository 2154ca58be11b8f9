import { isPresent } from "../engine/operators.ts";
import { compareEvents, propertiesOf } from "../event-log.ts";
import type { UserEvent } from "../user.ts";
import { ExactSum } from "./exact-sum.ts";
import type { FoldNeed } from "./needs.ts";

/** What a measure keeps of events that are gone: a function of their set, whatever the order they were added in. */
export interface Fold {
  add(event: UserEvent, day: (ts: number) => number): void;
  merge(other: Fold): void;
  /** JSON from which `makeFold` makes the same fold again. */
  save(): unknown;
  /** The measure of the events that were added; undefined where it is absent. */
  readonly value: unknown;
}

class Count implements Fold {
  value: number;
  constructor(saved: unknown) {
    this.value = typeof saved === "number" ? saved : 0;
  }
  add(): void {
    this.value++;
  }
  merge(other: Count): void {
    this.value += other.value;
  }
  save(): unknown {
    return this.value;
  }
}

/** How many different things there are: days, or the scalars under a property. */
class Different implements Fold {
  readonly #items: Set<unknown>;
  readonly #read: (event: UserEvent, day: (ts: number) => number) => unknown;
  constructor(saved: unknown, read: (event: UserEvent, day: (ts: number) => number) => unknown) {
    this.#items = new Set(Array.isArray(saved) ? saved : []);
    this.#read = read;
  }
  get value(): number {
    return this.#items.size;
  }
  add(event: UserEvent, day: (ts: number) => number): void {
    const item = this.#read(event, day);
    if (isPresent(item) && typeof item !== "object") this.#items.add(item);
  }
  merge(other: Different): void {
    for (const item of other.#items) this.#items.add(item);
  }
  save(): unknown {
    return [...this.#items]
      .map((item) => [JSON.stringify(item), item] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, item]) => item);
  }
}

const numberOf = (event: UserEvent, property: string): number | undefined => {
  const value = propertiesOf(event)[property];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
};

/** The sum, or the average, of the numbers under a property. */
class Total implements Fold {
  readonly #property: string;
  readonly #average: boolean;
  readonly #sum: ExactSum;
  #count: number;
  constructor(saved: unknown, property: string, average: boolean) {
    const [count = 0, ...parts] = Array.isArray(saved) ? saved : [];
    this.#property = property;
    this.#average = average;
    this.#sum = new ExactSum(parts);
    this.#count = count;
  }
  get value(): number | undefined {
    if (!this.#average) return this.#sum.value;
    return this.#count ? this.#sum.value / this.#count : undefined;
  }
  add(event: UserEvent): void {
    const value = numberOf(event, this.#property);
    if (value === undefined) return;
    this.#sum.add(value);
    this.#count++;
  }
  merge(other: Total): void {
    this.#sum.merge(other.#sum);
    this.#count += other.#count;
  }
  save(): unknown {
    return [this.#count, ...this.#sum.settle()];
  }
}

/** The least or the largest number under a property. */
class Extreme implements Fold {
  readonly #property: string;
  readonly #sign: 1 | -1;
  value: number | undefined;
  constructor(saved: unknown, property: string, sign: 1 | -1) {
    this.#property = property;
    this.#sign = sign;
    this.value = typeof saved === "number" ? saved : undefined;
  }
  #take(value: number | undefined): void {
    if (value === undefined) return;
    if (this.value === undefined || (value - this.value) * this.#sign > 0) this.value = value;
  }
  add(event: UserEvent): void {
    this.#take(numberOf(event, this.#property));
  }
  merge(other: Extreme): void {
    this.#take(other.value);
  }
  save(): unknown {
    return this.value ?? null;
  }
}

/** The first or the last event: its instant, or what stands under a property of it. */
class Edge implements Fold {
  readonly #property: string | undefined;
  readonly #sign: 1 | -1;
  #event: UserEvent | undefined;
  constructor(saved: unknown, property: string | undefined, sign: 1 | -1) {
    this.#property = property;
    this.#sign = sign;
    if (Array.isArray(saved)) {
      const [ts, id = "", value] = saved;
      this.#event = { id, ts, name: "", props: value === undefined ? {} : { [property ?? ""]: value } };
    }
  }
  get value(): unknown {
    const event = this.#event;
    return event && (this.#property === undefined ? event.ts : propertiesOf(event)[this.#property]);
  }
  add(event: UserEvent): void {
    if (!this.#event || compareEvents(event, this.#event) * this.#sign > 0) this.#event = event;
  }
  merge(other: Edge): void {
    if (other.#event) this.add(other.#event);
  }
  save(): unknown {
    const event = this.#event;
    if (!event) return null;
    if (this.#property === undefined) return [event.ts];
    const value = propertiesOf(event)[this.#property];
    return isPresent(value) ? [event.ts, event.id, value] : [event.ts, event.id];
  }
}

/** An empty fold, or the one that was saved. */
export function makeFold({ measure, property }: FoldNeed, saved?: unknown): Fold {
  switch (measure) {
    case "count":
      return new Count(saved);
    case "days":
      return new Different(saved, (event, day) => day(event.ts));
    case "distinct":
      return new Different(saved, (event) => propertiesOf(event)[property]);
    case "sum":
    case "avg":
      return new Total(saved, property, measure === "avg");
    case "min":
    case "max":
      return new Extreme(saved, property, measure === "max" ? 1 : -1);
    case "firstTime":
    case "lastTime":
      return new Edge(saved, undefined, measure === "lastTime" ? 1 : -1);
    case "first":
    case "last":
      return new Edge(saved, property, measure === "last" ? 1 : -1);
  }
}
