import type { ProgramValue } from "../program.ts";
import { NEVER } from "../timestamp.ts";
import { Context } from "./context.ts";
import type { EventOperand, Tables } from "./operand.ts";
import type { Test } from "./operators.ts";
import type { Samples } from "./past.ts";
import { compileWindow, endOf, type Span } from "./window.ts";

/**
 * The counts above 0 at which the answer of a comparison is another one than just below. Any comparison of
 * a number changes its answer only near the numbers that it names.
 */
function findCuts(holds: (count: number) => boolean, value: ProgramValue | undefined): number[] {
  const near = new Set<number>();
  for (const item of [value].flat()) {
    const whole = Math.floor(Number(item));
    near.add(whole).add(whole + 1);
  }
  return [...near].filter((count) => count > 0 && holds(count) !== holds(count - 1));
}

/** The instant at which the sample at `place`, once it has come into a window, goes out; -Infinity where it never is inside. */
function outAt({ instants }: Samples, { start, leave }: Span, place: number): number {
  const ts = place < 0 ? -NEVER : (instants[place] ?? NEVER);
  return ts < start ? -NEVER : ts + leave;
}

/** The instant at which a window that holds `count` samples ceases to: at `out`, or later, where some come in until then. */
function emptiesAt(samples: Samples, span: Span, out: number, count: number): number {
  let at = -NEVER;
  for (let next = out; next > at; next = outAt(samples, span, endOf(samples, span, at) - count)) at = next;
  return at;
}

/** The instant at which samples from `end` on, none of which has come in yet, make a window hold `count`. */
function fillsAt(samples: Samples, span: Span, end: number, count: number): number {
  for (let place = end; ; place++) {
    const ts = samples.instants[place] ?? NEVER;
    if (ts >= span.limit) return NEVER;
    if (ts + span.enter < outAt(samples, span, place - count + 1)) return ts + span.enter;
  }
}

/**
 * Compiles the comparison of a count, without counting: whether a window holds so many samples, the one that is so
 * many places from the last tells, and when that changes.
 */
export function compileCount(
  operand: EventOperand,
  index: number,
  test: Test,
  value: ProgramValue | undefined,
  { features, program: { zone } }: Tables,
): Test {
  const [, series, , , window] = operand;
  const resolve = compileWindow(window, features);
  const holdsFor = (x: number) => test({ x }, new Context(zone));
  const holdsForNone = holdsFor(0);
  const cuts = findCuts(holdsFor, value);
  return (_, context) => {
    const { past, now } = context;
    if (!past) return false;
    const samples = past.samples(series, context);
    const span = resolve(context);
    const before = span.leave < NEVER ? 0 : past.counted(index, operand);
    const end = endOf(samples, span, now);
    let holds = holdsForNone;
    for (const cut of cuts) {
      const count = cut - before;
      const out = count > 0 ? outAt(samples, span, end - count) : NEVER;
      if (out > now) holds = !holds;
      // Where none is still to come in, the answer turns when that one sample goes out.
      if (end === samples.instants.length) context.changesAt(out);
      else if (out > now) context.changesAt(emptiesAt(samples, span, out, count));
      else context.changesAt(fillsAt(samples, span, end, count));
    }
    context.changesAt(span.ends);
    return holds;
  };
}
