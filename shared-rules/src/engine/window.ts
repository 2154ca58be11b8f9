import type { ProgramWindow } from "../program.ts";
import { NEVER } from "../timestamp.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import type { Samples } from "./past.ts";

/**
 * A window. Inside are the events whose ts is from `start` on and below `limit`, which are older than `enter` ms or
 * just as old, and younger than `leave` ms; at `ends` the window is another one.
 */
export interface Span {
  start: number;
  limit: number;
  enter: number;
  leave: number;
  ends: number;
}

/** Gives a window as it stands at the context's now; the same span each time, written anew. */
export type Resolve = (context: Context) => Span;

/** Compiles a window; without one, all up to now. */
export function compileWindow(window: ProgramWindow | undefined, { dates }: Features): Resolve {
  const span: Span = { start: -NEVER, limit: NEVER, enter: 0, leave: NEVER, ends: NEVER };
  if (window?.[0] === "rolling") {
    span.leave = window[1] ?? NEVER;
    span.enter = window[2];
  } else if (window?.[0] === "absolute") {
    span.start = window[1] ?? -NEVER;
    span.limit = window[2] ?? NEVER;
  } else if (window) {
    return (context) => {
      [span.start, span.limit, span.ends] = dates?.period(window, context) ?? [0, 0, NEVER];
      return span;
    };
  }
  return () => span;
}

/** The place of the first sample inside a window. */
export function beginOf(samples: Samples, { start, leave }: Span, now: number): number {
  return firstAt(samples, Math.max(start, now - leave + 1));
}

/** The place after the last sample that has come into a window; where it is not after the first, the window is empty. */
export function endOf(samples: Samples, { limit, enter }: Span, now: number): number {
  return firstAt(samples, Math.min(limit, now - enter + 1));
}

/** The place of the first sample at or after `ts`. */
export function firstAt({ instants }: Samples, ts: number): number {
  const { length } = instants;
  // Most windows end after the last sample.
  let low = length && (instants[length - 1] ?? 0) < ts ? length : 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((instants[middle] ?? 0) < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first instant at which a sample goes out of a window that holds those from `begin` to before `end`, or one comes in, or it is another one. */
export function nextChange(
  { instants }: Samples,
  { limit, enter, leave, ends }: Span,
  begin: number,
  end: number,
): number {
  const first = begin < end ? (instants[begin] ?? NEVER) : NEVER;
  const next = instants[end] ?? NEVER;
  return Math.min(first + leave, next < limit ? next + enter : NEVER, ends);
}
