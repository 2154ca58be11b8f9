import { NEVER } from "../timestamp.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import type { EventOperand } from "./operand.ts";
import type { Past, Samples } from "./past.ts";
import { compileWindow, firstAt, type Span } from "./window.ts";

/** The samples of an event operand, of which its window holds those from `begin` to before `end`. */
export interface View {
  operand: EventOperand;
  samples: Samples;
  span: Span;
  begin: number;
  end: number;
}

/** Gives what an operand sees of a past at the context's now. */
export function compileView(
  operand: EventOperand,
  features: Features,
): (past: Past, context: Context) => View {
  const [, series, , , window] = operand;
  const resolve = compileWindow(window, features);
  return (past, context) => {
    const span = resolve(context);
    const samples = past.samples(series, context);
    const begin = firstAt(samples, span.from);
    return { operand, samples, span, begin, end: Math.max(begin, firstAt(samples, span.to)) };
  };
}

/** The first instant at which `down` samples may have gone out of the view, `up` have come in, or it is another. */
export function nextChange({ samples, span, begin, end }: View, down: number, up: number): number {
  const { instants, length } = samples;
  const first = down <= end - begin ? (instants[begin + down - 1] ?? NEVER) : NEVER;
  const next = end + up <= length ? (instants[end + up - 1] ?? NEVER) : NEVER;
  return Math.min(first + span.leave, next < span.limit ? next + span.enter : NEVER, span.ends);
}
