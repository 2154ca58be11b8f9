import { compareEvents } from "../event-log.ts";
import type { ProgramStep, ProgramWindow } from "../program.ts";
import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import { compileWindow } from "./window.ts";

/** The events that match a step, in order. */
type Matches = readonly UserEvent[];

/** Finds, for events asked about in order, the first of `events` that is later than each, and the last before it. */
class Follower {
  readonly #events: Matches;
  #next = 0;

  constructor(events: Matches) {
    this.#events = events;
  }

  lastBefore(event: UserEvent): UserEvent | undefined {
    this.#pass(event, 0);
    return this.#events[this.#next - 1];
  }

  firstAfter(event: UserEvent): UserEvent | undefined {
    this.#pass(event, 1);
    return this.#events[this.#next];
  }

  /** Goes on to the first that is the event or later (0), or later (1). */
  #pass(event: UserEvent, later: 0 | 1): void {
    for (let next = this.#events[this.#next]; next && compareEvents(next, event) < later; )
      next = this.#events[++this.#next];
  }
}

/**
 * Whether the steps happened (RULES.md §6). Step by step it keeps the events at which a chain can stand: an
 * event continues the latest earlier one, since an earlier start can meet neither `atMost` nor a forbidden
 * event between any better. `matches` gives the events of a series, those after now among them.
 */
export function hasSequence(
  steps: readonly ProgramStep[],
  window: ProgramWindow | undefined,
  context: Context,
  features: Features,
  matches: (series: number) => Matches,
): boolean {
  const { now } = context;
  const span = compileWindow(window, features)(context);
  const from = Math.max(span.start, now - span.leave + 1);
  const to = Math.min(span.limit, now - span.enter + 1);
  context.changesAt(span.ends);
  let chain: Matches | undefined;
  let forbidden: Matches = [];
  for (const [series, atMost, not] of steps) {
    const all = matches(series);
    const seen = all.filter((event) => event.ts <= now);
    const next = all[seen.length];
    if (next) context.changesAt(next.ts);
    if (!not) {
      for (const { ts } of all) {
        if (ts < span.limit) context.changesAt(ts + span.enter);
        context.changesAt(ts + span.leave);
      }
      const before = chain && new Follower(chain);
      const barriers = new Follower(forbidden);
      chain = seen.filter((event) => {
        if (event.ts < from || event.ts >= to) return false;
        if (!before) return true;
        const previous = before.lastBefore(event);
        if (!previous || (atMost !== null && event.ts - previous.ts > atMost)) return false;
        const between = barriers.lastBefore(event);
        return !between || compareEvents(between, previous) <= 0;
      });
      forbidden = [];
    } else if (atMost === null) {
      forbidden = seen;
    } else {
      for (const event of chain ?? []) context.changesAt(event.ts + atMost);
      const against = new Follower(seen);
      chain = chain?.filter((event) => {
        if (now < event.ts + atMost) return false;
        const next = against.firstAfter(event);
        return !next || next.ts > event.ts + atMost;
      });
    }
  }
  return chain !== undefined && chain.length > 0;
}
