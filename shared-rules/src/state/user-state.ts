import { compileWhere } from "../engine/condition.ts";
import { Context } from "../engine/context.ts";
import type { Past } from "../engine/past.ts";
import type { Plan } from "../engine/plan.ts";
import { propertiesOf } from "../event-log.ts";
import { isEventTime } from "../timestamp.ts";
import type { UserEvent } from "../user.ts";
import { type Fold, makeFold } from "./fold.ts";
import { type FoldNeed, hash, needsOf, type SeriesNeed } from "./needs.ts";
import { isInside, type Judge, type Saved, SeriesState } from "./series-state.ts";

/** A state as JSON: the series in the order of their keys, and the instant up to which it has forgotten. */
export interface SavedState {
  format: 1;
  now: number;
  series: { readonly [key: string]: Saved };
}

const START = Number.NEGATIVE_INFINITY;

/** What the states of one plan share: how each series is kept and judged, and which fold each operand reads. */
class Layout {
  readonly needs: readonly (SeriesNeed | undefined)[];
  readonly judges = new Map<string, { need: SeriesNeed; judge: Judge }>();
  readonly folds = new Map<number, { need: FoldNeed; key: string }>();

  constructor(plan: Plan) {
    const { program } = plan;
    this.needs = needsOf(program);
    // Judges events outside any evaluation; what depends on now is never asked of it.
    const context = new Context(program.zone);
    for (const [index, need] of this.needs.entries()) {
      if (!need || this.judges.has(need.key)) continue;
      this.judges.set(need.key, { need, judge: makeJudge(plan, need, context) });
      program.operands.forEach((operand, at) => {
        if (operand[0] !== "event" || operand[1] !== index) return;
        const [, , measure, property = "", window] = operand;
        const [from, to] = window?.[0] === "absolute" ? [window[1], window[2]] : [null, null];
        const key = JSON.stringify([measure, property, from, to]);
        const fold = need.folds.find((one) => one.key === key);
        const isBounded = window?.[0] === "calendar" || (window?.[0] === "rolling" && window[1] !== null);
        if (fold && !isBounded) this.folds.set(at, { need: fold, key: need.key });
      });
    }
  }
}

const layouts = new WeakMap<Plan, Layout>();

function layoutFor(plan: Plan): Layout {
  const layout = layouts.get(plan) ?? new Layout(plan);
  layouts.set(plan, layout);
  return layout;
}

function makeJudge({ features }: Plan, need: SeriesNeed, context: Context): Judge {
  const condition = need.where && compileWhere(need.where, features);
  return {
    holds: (event, isFirst) => {
      context.isFirst = isFirst;
      return condition?.holds(propertiesOf(event), context) ?? true;
    },
    periodStart: ({ reach }, now) => {
      context.now = now;
      const starts =
        reach?.periods.map((window) => features.dates?.period(window, context)[0] ?? START) ?? [];
      return Math.min(Number.POSITIVE_INFINITY, ...starts);
    },
    dayOf: (ts) => features.dates?.dayOf(ts, context) ?? 0,
  };
}

/** The plans that a state answers: one, or several whose series it keeps together. */
export type Plans = Plan | readonly Plan[];

const listOf = (plans: Plans): readonly Plan[] => ("program" in plans ? [plans] : plans);

function keysOf(plans: Plans): string[] {
  const keys = listOf(plans).flatMap(({ program }) => needsOf(program).flatMap((need) => need?.key ?? []));
  return [...new Set(keys)].sort();
}

/** Names what a state of these plans keeps: states of equal layouts have the same series. */
export function layoutOf(plans: Plans): string {
  return hash(keysOf(plans).join(" "));
}

/** What a plan needs of a saved state. */
export function pick({ series, ...rest }: SavedState, plan: Plan): SavedState {
  const wanted = new Set(keysOf(plan));
  return { ...rest, series: Object.fromEntries(Object.entries(series).filter(([key]) => wanted.has(key))) };
}

/**
 * A user's past, reduced to what some plans can still ask (DESIGN: state is a function of a set). Any permutation
 * of the same events, applied one by one or merged from disjoint parts, saves to the same JSON at the same
 * instant. Repetition is not seen here: whoever applies an event makes sure that its id is new.
 */
export class UserState {
  readonly #layouts: ReadonlyMap<Plan, Layout>;
  readonly #byKey = new Map<string, SeriesState>();
  readonly #byName = new Map<string, SeriesState[]>();
  #now = START;

  constructor(plans: Plans, saved?: SavedState) {
    this.#layouts = new Map(listOf(plans).map((plan) => [plan, layoutFor(plan)]));
    for (const { judges } of this.#layouts.values()) {
      for (const [key, { need, judge }] of judges) {
        if (this.#byKey.has(key)) continue;
        const series = new SeriesState(need, judge, saved?.series[key]);
        this.#byKey.set(key, series);
        const named = this.#byName.get(need.event) ?? [];
        this.#byName.set(need.event, named);
        named.push(series);
      }
    }
    if (saved) this.#now = saved.now;
  }

  /** The series that the plans ask for and `saved` does not have: they must be rebuilt from the events. */
  static missing(plans: Plans, saved: SavedState): string[] {
    return keysOf(plans).filter((key) => !Object.hasOwn(saved.series, key));
  }

  /** The past as one of the state's plans reads it (`User.past`). Throws a RangeError for any other plan. */
  of(plan: Plan): Past {
    const layout = this.#layouts.get(plan);
    if (!layout) throw new RangeError("the state was not made for this plan");
    return new PlanPast(plan, layout, this.#byKey);
  }

  /** Takes in an event. Costs time only for the series of its name, or for those of them that are named. */
  apply(event: UserEvent, only?: ReadonlySet<string>): void {
    if (!isEventTime(event.ts)) return;
    for (const name of [event.name, "*"])
      for (const series of this.#byName.get(name) ?? [])
        if (!only || only.has(series.need.key)) series.apply(event);
  }

  /** Takes in another user's events, none of which is here already; the other state is of the same plans. */
  merge(other: UserState): void {
    for (const [key, series] of this.#byKey) {
      const theirs = other.#byKey.get(key);
      if (theirs) series.merge(theirs);
    }
    this.#now = Math.max(this.#now, other.#now);
  }

  /** Lets go of what no instant from `now` less a day on can ask for. */
  forget(now: number): void {
    this.#now = Math.max(this.#now, now);
    for (const series of this.#byKey.values()) series.forget(this.#now);
  }

  /** The state as JSON, after forgetting. */
  save(now: number): SavedState {
    this.forget(now);
    const entries = [...this.#byKey]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, series]) => [key, series.save()]);
    return { format: 1, now: this.#now, series: Object.fromEntries(entries) };
  }
}

/** A state as one plan reads it. */
class PlanPast implements Past {
  readonly #plan: Plan;
  readonly #layout: Layout;
  readonly #byKey: ReadonlyMap<string, SeriesState>;

  constructor(plan: Plan, layout: Layout, byKey: ReadonlyMap<string, SeriesState>) {
    this.#plan = plan;
    this.#layout = layout;
    this.#byKey = byKey;
  }

  events(index: number, context: Context): readonly UserEvent[] {
    const need = this.#layout.needs[index];
    const series = need && this.#byKey.get(need.key);
    if (!series) return [];
    const { samples, first } = series;
    if (!need.first && !need.timed) return samples;
    const { where } = need;
    const condition = where && compileWhere(where, this.#plan.features);
    return samples.filter((event) => {
      context.isFirst = event === first;
      return condition?.holds(propertiesOf(event), context) ?? true;
    });
  }

  #fold(operand: number): { need: FoldNeed; series: SeriesState; fold: Fold } | undefined {
    const found = this.#layout.folds.get(operand);
    const series = found && this.#byKey.get(found.key);
    const fold = found && series?.fold(found.need.key);
    return series && fold && { need: found.need, series, fold };
  }

  counted(operand: number): number {
    return Number(this.#fold(operand)?.fold.value ?? 0);
  }

  measure(operand: number, inside: readonly UserEvent[]): { value: unknown } | undefined {
    const found = this.#fold(operand);
    if (!found) return undefined;
    const { need, series, fold } = found;
    if (!inside.length) return { value: fold.value };
    const all = makeFold(need, fold.save());
    for (const event of inside) if (isInside(need, event.ts)) all.add(event, series.judge.dayOf);
    return { value: all.value };
  }
}

/**
 * The state of these events, which are all that the user has; of those with one id the first counts. The series
 * that `saved` has are taken over from there as they are, the missing ones are made of the events.
 */
export function rebuild(plans: Plans, events: Iterable<UserEvent>, saved?: SavedState): UserState {
  const state = new UserState(plans, saved);
  const missing = saved && new Set(UserState.missing(plans, saved));
  const seen = new Set<string>();
  for (const event of events) {
    if (seen.has(event.id) || !isEventTime(event.ts)) continue;
    seen.add(event.id);
    state.apply(event, missing);
  }
  return state;
}
