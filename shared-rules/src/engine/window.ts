import type { ProgramWindow } from "../program.ts";
import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";

/**
 * A window as it stands at one instant. An event is inside where from ≤ ts < to. It comes in `enter` ms after
 * its ts if that is below `limit`, and goes out `leave` ms after it; at `ends` the window is another one.
 */
export interface Span {
  from: number;
  to: number;
  limit: number;
  enter: number;
  leave: number;
  ends: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** Where a window stands at the context's now; without a window, all up to now. */
export function resolveWindow(
  window: ProgramWindow | undefined,
  context: Context,
  { dates }: Features,
): Span {
  const { now } = context;
  const past = { from: -NEVER, to: now + 1, limit: NEVER, enter: 0, leave: NEVER, ends: NEVER };
  if (!window) return past;
  if (window[0] === "rolling") {
    const [, from, to] = window;
    return {
      ...past,
      from: from === null ? -NEVER : now - from + 1,
      to: now - to + 1,
      enter: to,
      leave: from ?? NEVER,
    };
  }
  const [from, limit, ends = NEVER] =
    window[0] === "absolute"
      ? [window[1] ?? -NEVER, window[2] ?? NEVER]
      : (dates?.period(window, context) ?? [0, 0]);
  return { ...past, from, to: Math.min(limit, now + 1), limit, ends };
}

/** The index of the first event at or after `ts`; the events are in order. */
export function firstAt(events: readonly UserEvent[], ts: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event && event.ts < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Walks the instants at which the window's content changes, and gives the first at which `holds` of the
 * indices [begin, end) inside it says so.
 */
export function nextChange(
  events: readonly UserEvent[],
  span: Span,
  begin: number,
  end: number,
  holds: (begin: number, end: number) => boolean,
): number {
  for (;;) {
    const leaving = begin < end ? (events[begin]?.ts ?? NEVER) + span.leave : NEVER;
    const next = events[end]?.ts ?? NEVER;
    const at = Math.min(leaving, next < span.limit ? next + span.enter : NEVER, span.ends);
    if (at >= span.ends) return span.ends;
    end = Math.max(end, firstAt(events, Math.min(span.limit, at - span.enter + 1)));
    begin = Math.max(begin, firstAt(events, at - span.leave + 1));
    if (holds(begin, end)) return at;
  }
}
