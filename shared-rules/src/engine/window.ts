import type { ProgramWindow } from "../program.ts";
import { NEVER } from "../timestamp.ts";
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

/** Gives where a window stands at the context's now; the span is written anew each time. */
export type Resolve = (context: Context) => Span;

/** Compiles a window; without one, all up to now. */
export function compileWindow(window: ProgramWindow | undefined, { dates }: Features): Resolve {
  const span: Span = { from: -NEVER, to: 0, limit: NEVER, enter: 0, leave: NEVER, ends: NEVER };
  if (window?.[0] === "rolling") {
    span.leave = window[1] ?? NEVER;
    span.enter = window[2];
  } else if (window?.[0] === "absolute") {
    span.from = window[1] ?? -NEVER;
    span.limit = window[2] ?? NEVER;
  }
  return (context) => {
    const { now } = context;
    if (window?.[0] === "calendar")
      [span.from, span.limit, span.ends] = dates?.period(window, context) ?? [0, 0, NEVER];
    else if (span.leave < NEVER) span.from = now - span.leave + 1;
    span.to = Math.min(span.limit, now - span.enter + 1);
    return span;
  };
}

/** The place of the first sample at or after `ts`. */
export function firstAt({ instants, length }: Samples, ts: number): number {
  // Most windows end after the last sample.
  let low = (instants[length - 1] ?? NEVER) < ts ? length : 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((instants[middle] ?? 0) < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}
