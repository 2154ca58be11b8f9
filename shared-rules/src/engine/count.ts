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

/** The instant at which samples from `end` on, none of which has come in yet, make a window hold `count`. */
function fillsAt(samples: Samples, span: Span, end: number, count: number): number {
  const { instants } = samples;
  for (let place = end; place < instants.length; place++) {
    const ts = instants[place] ?? NEVER;
    if (ts >= span.limit) break;
    if (ts + span.enter < outAt(samples, span, place - count + 1)) return ts + span.enter;
  }
  return NEVER;
}

/**
 * Compiles the comparison of a count, without counting: whether a window holds so many samples, the one that is so
 * many places from the last tells. It notes the very instant at which the answer changes.
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
  const ofCount = new Context(zone);
  const holdsFor = (count: number) => test({ x: count }, ofCount);
  const holdsForNone = holdsFor(0);
  const cuts = findCuts(holdsFor, value);
  const only = cuts.length === 1 ? cuts[0] : undefined;
  return (_, context) => {
    const { past } = context;
    if (!past) return false;
    const samples = past.samples(series, context);
    const span = resolve(context);
    const before = span.leave < NEVER ? 0 : past.counted(index, operand);
    let { now: at } = context;
    let end = endOf(samples, span, at);
    if (only !== undefined && end === samples.instants.length) {
      // None is still to come in, so that the answer turns when one sample goes out.
      const out = only > before ? outAt(samples, span, end + before - only) : NEVER;
      context.changesAt(out);
      context.changesAt(span.ends);
      return out > at !== holdsForNone;
    }
    let answer: boolean | undefined;
    for (;;) {
      let holds = holdsForNone;
      let next = span.ends;
      for (const cut of cuts) {
        const count = cut - before;
        const out = count > 0 ? outAt(samples, span, end - count) : NEVER;
        if (out > at) holds = !holds;
        next = Math.min(next, out > at ? out : fillsAt(samples, span, end, count));
      }
      answer ??= holds;
      if (answer !== holds) break;
      at = next;
      if (at === span.ends) break;
      end = endOf(samples, span, at);
    }
    context.changesAt(at);
    return answer;
  };
}
