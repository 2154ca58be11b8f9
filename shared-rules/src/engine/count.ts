import type { ProgramValue } from "../program.ts";
import { NEVER } from "../timestamp.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import type { EventOperand } from "./operand.ts";
import type { Test } from "./operators.ts";
import { beginOf, compileWindow, endOf, nextChange } from "./window.ts";

/** More events than anyone has, as an integer that the processor adds quickly. */
const FAR = 2 ** 30;

/**
 * The counts at which the answer of a comparison is another one than just below; below 0 it is false. Any
 * comparison of a number changes its answer only near the numbers that it names.
 */
function findCuts(test: Test, value: ProgramValue | undefined, context: Context): number[] {
  const holds = (x: number) => x >= 0 && test({ x }, context);
  const near = new Set([0]);
  for (const item of [value].flat()) {
    const whole = Math.floor(Number(item));
    near.add(whole).add(whole + 1);
  }
  return [...near].filter((count) => holds(count) !== holds(count - 1));
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
  let cuts: readonly number[] | undefined;
  return (_, context) => {
    const { past, now } = context;
    if (!past) return false;
    cuts ??= findCuts(test, value, context);
    const samples = past.samples(series, context);
    const span = resolve(context);
    const before = span.leave < NEVER ? 0 : past.counted(index, operand);
    let begin = beginOf(samples, span, now);
    let end = endOf(samples, span, now, begin);
    let answer: boolean | undefined;
    let at = NEVER;
    for (;;) {
      const count = before + end - begin;
      let holds = false;
      let down = FAR;
      let up = FAR;
      for (const cut of cuts) {
        if (cut > count) up = Math.min(up, cut - count);
        else {
          holds = !holds;
          down = Math.min(down, count - cut + 1);
        }
      }
      answer ??= holds;
      if (answer !== holds) break;
      at = nextChange(samples, span, begin, end, down, up);
      if (at === span.ends) break;
      begin = beginOf(samples, span, at);
      end = endOf(samples, span, at, begin);
    }
    context.changesAt(at);
    return answer;
  };
}
