import { compareEvents } from "../event-log.ts";
import type { ProgramStep, ProgramWindow } from "../program.ts";
import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import { compileWindow } from "./window.ts";

/** The events that match a step, in order. */
type Matches = readonly UserEvent[];

/** The index of the first of `events` (in order) that is `event` or later (0), or later (1). */
function placeOf(events: Matches, event: UserEvent, later: 0 | 1): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = events[middle];
    if (other && compareEvents(other, event) < later) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last of `events` before `event`, or undefined. */
function lastBefore(events: Matches, event: UserEvent): UserEvent | undefined {
  return events[placeOf(events, event, 0) - 1];
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
      const before = chain;
      chain = seen.filter((event) => {
        if (event.ts < from || event.ts >= to) return false;
        if (!before) return true;
        const previous = lastBefore(before, event);
        if (!previous || (atMost !== null && event.ts - previous.ts > atMost)) return false;
        const between = lastBefore(forbidden, event);
        return !between || compareEvents(between, previous) <= 0;
      });
      forbidden = [];
    } else if (atMost === null) {
      forbidden = seen;
    } else {
      for (const event of chain ?? []) context.changesAt(event.ts + atMost);
      chain = chain?.filter((event) => {
        if (now < event.ts + atMost) return false;
        const next = seen[placeOf(seen, event, 1)];
        return !next || next.ts > event.ts + atMost;
      });
    }
  }
  return chain !== undefined && chain.length > 0;
}
