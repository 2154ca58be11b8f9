import type { ProgramValue } from "../program.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import type { EventOperand } from "./operand.ts";
import type { Test } from "./operators.ts";
import { compileWindow, enters, firstAt, leaves } from "./window.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** The counts at which the answer of a comparison changes, ascending, and what it is for 0. */
interface Cuts {
  holds: boolean;
  at: readonly number[];
}

/** Any comparison of a number changes its answer only near the numbers that it names. */
function findCuts(test: Test, value: ProgramValue | undefined, context: Context): Cuts {
  const holds = (x: number) => test({ x }, context);
  const near = new Set<number>();
  for (const item of Array.isArray(value) ? value : [value])
    if (typeof item === "number")
      for (const step of [0, 1]) near.add(Math.floor(item) + step).add(Math.ceil(item));
  const at = [...near].filter((count) => count > 0 && holds(count) !== holds(count - 1));
  return { holds: holds(0), at: at.sort((a, b) => a - b) };
}

/**
 * Compiles the comparison of a count. It notes the very instant at which its answer changes: a count that is n
 * away from the next cut stays on its side until n more events have come in or gone out.
 */
export function compileCount(
  operand: EventOperand,
  index: number,
  test: Test,
  value: ProgramValue | undefined,
  features: Features,
): Test {
  const [, series, , , window] = operand;
  const resolve = compileWindow(window, features);
  let cuts: Cuts | undefined;
  return (_, context) => {
    cuts ??= findCuts(test, value, context);
    const { past } = context;
    const samples = past.samples(series, context);
    const span = resolve(context);
    let begin = firstAt(samples, span.from);
    let end = Math.max(begin, firstAt(samples, span.to));
    // What is no longer kept by itself has been counted; it stays in its window for good.
    const before = span.leave < NEVER ? 0 : past.counted(index);
    let answer: boolean | undefined;
    let at = NEVER;
    for (;;) {
      const count = before + end - begin;
      let { holds } = cuts;
      let below = 0;
      let above = NEVER;
      for (const cut of cuts.at) {
        if (cut > count) {
          above = cut;
          break;
        }
        holds = !holds;
        below = cut;
      }
      answer ??= holds;
      if (answer !== holds) break;
      at = Math.min(
        below ? leaves(samples, begin + count - below, span) : NEVER,
        enters(samples, end + above - count - 1, span),
        span.ends,
      );
      if (at === span.ends) break;
      end = Math.max(end, firstAt(samples, Math.min(span.limit, at - span.enter + 1)));
      begin = Math.max(begin, firstAt(samples, at - span.leave + 1));
    }
    context.changesAt(at);
    return answer;
  };
}
