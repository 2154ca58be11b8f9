import type { Past } from "../engine/past.ts";
import type { Plan } from "../engine/plan.ts";
import { isEventTime } from "../timestamp.ts";
import type { UserEvent } from "../user.ts";
import { isSettled, SLACK } from "./forgetting.ts";
import { keysOf, type Layout, layoutFor, type Plans } from "./layout.ts";
import { FORMAT } from "./needs.ts";
import { PlanPast } from "./plan-past.ts";
import type { SavedSeries } from "./saved-series.ts";
import { SeriesState } from "./series-state.ts";

/** A state as JSON: the series by their keys, and the instant up to which it has forgotten. */
export interface SavedState {
  format: typeof FORMAT;
  now: number;
  series: { readonly [key: string]: SavedSeries };
}

/** What a plan needs of a saved state. */
export function pick({ series, ...rest }: SavedState, plan: Plan): SavedState {
  const wanted = new Set(keysOf(plan));
  return { ...rest, series: Object.fromEntries(Object.entries(series).filter(([key]) => wanted.has(key))) };
}

/**
 * A user's past, reduced to what some plans can still ask (law 2: a state is a function of a set). Any permutation
 * of the same events, applied one by one or merged from disjoint parts, saves to the same JSON at the same
 * instant. Repetition is not seen here: whoever applies an event makes sure that its id is new. What `saved` lacks
 * (`missing`) begins empty. A saved series is read when an event or a condition asks for it.
 */
export class UserState {
  readonly #layout: Layout;
  readonly #saved: SavedState["series"];
  readonly #series: (SeriesState | undefined)[] = [];
  #now: number;

  constructor(plans: Plans, saved?: SavedState) {
    this.#layout = layoutFor(plans);
    this.#saved = saved?.series ?? {};
    this.#now = saved?.now ?? Number.NEGATIVE_INFINITY;
  }

  /** The series that the plans ask for and `saved` does not have: they must be rebuilt from the events. */
  static missing(plans: Plans, saved: SavedState): string[] {
    return keysOf(plans).filter((key) => !Object.hasOwn(saved.series, key));
  }

  /** The earliest instant (ms) that is answered as the events themselves would; what only earlier ones ask may be gone. */
  get since(): number {
    return this.#now - SLACK;
  }

  #savedAt(slot: number): SavedSeries {
    return this.#saved[this.#layout.slots[slot]?.key ?? ""] ?? "";
  }

  /** The series in a slot of the layout. */
  readonly #open = (slot: number): SeriesState => {
    let series = this.#series[slot];
    if (!series) {
      const place = this.#layout.slots[slot];
      if (!place) throw new RangeError(`no series ${slot}`);
      series = new SeriesState(place.need, place.judge, this.#savedAt(slot));
      this.#series[slot] = series;
    }
    return series;
  };

  /** The past as one of the state's plans reads it (`User.past`). Throws a RangeError for any other plan. */
  of(plan: Plan): Past {
    const readings = this.#layout.readings.get(plan);
    if (!readings) throw new RangeError("the state was not made for this plan");
    return new PlanPast(readings, this.#open);
  }

  /** Takes in an event: costs time for the series of its name alone. With `only`, for those with these keys. */
  apply(event: UserEvent, only?: ReadonlySet<string>): void {
    if (!isEventTime(event.ts)) return;
    for (const slot of this.#layout.touched(event.name)) {
      const series = this.#open(slot);
      if (only?.has(series.need.key) ?? true) series.apply(event);
    }
  }

  /** Takes in another user's events, none of which is here already; the other state is of the same plans. */
  merge(other: UserState): void {
    for (const slot of this.#layout.slots.keys()) this.#open(slot).merge(other.#open(slot));
    this.#now = Math.max(this.#now, other.#now);
  }

  /** Lets go of what no instant from `now` less a day on can ask for. */
  forget(now: number): void {
    this.#now = Math.max(this.#now, now);
    for (const [slot, { need }] of this.#layout.slots.entries())
      if (this.#series[slot] || !isSettled(this.#savedAt(slot), need, this.#now))
        this.#open(slot).forget(this.#now);
  }

  /** The state as JSON, after forgetting. A series that nothing has touched is not read for it. */
  save(now: number): SavedState {
    this.forget(now);
    const series = this.#layout.slots.map(
      ({ key }, slot) => [key, this.#series[slot]?.save() ?? this.#savedAt(slot)] as const,
    );
    return { format: FORMAT, now: this.#now, series: Object.fromEntries(series) };
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
