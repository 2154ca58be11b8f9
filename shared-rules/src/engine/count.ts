import type { ProgramValue } from "../program.ts";
import { NEVER } from "../timestamp.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import type { EventOperand } from "./operand.ts";
import type { Test } from "./operators.ts";
import { compileView, nextChange } from "./view.ts";
import { firstAt } from "./window.ts";

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
  const look = compileView(operand, features);
  let cuts: readonly number[] | undefined;
  return (_, context) => {
    const { past } = context;
    if (!past) return false;
    cuts ??= findCuts(test, value, context);
    const view = look(past, context);
    const { samples, span } = view;
    const before = past.counted(index);
    let answer: boolean | undefined;
    let at = NEVER;
    for (;;) {
      const count = before + view.end - view.begin;
      let holds = false;
      let down = NEVER;
      let up = NEVER;
      for (const cut of cuts) {
        if (cut > count) up = Math.min(up, cut - count);
        else {
          holds = !holds;
          down = Math.min(down, count - cut + 1);
        }
      }
      answer ??= holds;
      if (answer !== holds) break;
      at = nextChange(view, down, up);
      if (at === span.ends) break;
      view.begin = Math.max(view.begin, firstAt(samples, at - span.leave + 1));
      view.end = Math.max(view.end, firstAt(samples, Math.min(span.limit, at - span.enter + 1)));
    }
    context.changesAt(at);
    return answer;
  };
}
