import type { ProgramWindow } from "../program.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import type { Samples } from "./past.ts";

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

/** Gives where a window stands at the context's now; the span is written anew each time. */
export type Resolve = (context: Context) => Span;

/** Compiles a window; without one, all up to now. */
export function compileWindow(window: ProgramWindow | undefined, { dates }: Features): Resolve {
  const span: Span = { from: -NEVER, to: 0, limit: NEVER, enter: 0, leave: NEVER, ends: NEVER };
  if (!window || window[0] === "rolling") {
    const [, from, to] = window ?? ["", null, 0];
    span.enter = to;
    span.leave = from ?? NEVER;
    return ({ now }) => {
      span.from = now - span.leave + 1;
      span.to = now - to + 1;
      return span;
    };
  }
  return (context) => {
    const [from, limit, ends = NEVER] =
      window[0] === "absolute"
        ? [window[1] ?? -NEVER, window[2] ?? NEVER]
        : (dates?.period(window, context) ?? [0, 0]);
    span.from = from;
    span.to = Math.min(limit, context.now + 1);
    span.limit = limit;
    span.ends = ends;
    return span;
  };
}

/** The place of the first sample at or after `ts`. */
export function firstAt({ instants, length }: Samples, ts: number): number {
  let [low, high] = [0, length];
  // What is asked for most is all up to now.
  if (length && (instants[length - 1] ?? 0) < ts) return length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((instants[middle] ?? 0) < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The instant at which the sample at a place goes out of the window; NEVER where none is there. */
export function leaves({ instants }: Samples, at: number, span: Span): number {
  return (instants[at] ?? NEVER) + span.leave;
}

/** The instant at which the sample at a place comes into the window; never where none is there. */
export function enters({ instants, length }: Samples, at: number, span: Span): number {
  const ts = at < length ? (instants[at] ?? NEVER) : NEVER;
  return ts < span.limit ? ts + span.enter : NEVER;
}
