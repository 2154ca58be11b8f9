import type { Program, ProgramOperand } from "../program.ts";
import type { UserEvent } from "../user.ts";
import type { Source } from "./condition.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import { measureEvents } from "./measure.ts";
import type { Series } from "./series.ts";
import { firstAt, nextChange, resolveWindow, type Span } from "./window.ts";

/** Gives an operand's value; what time changes about it is noted in the context. */
export type Read = (context: Context) => unknown;

/** The tables that operands refer to. */
export interface Tables {
  readonly program: Program;
  readonly features: Features;
  series(index: number): Series;
  operand(index: number): Read;
}

/** The events of an event operand with the part of them that its window holds. */
export interface Windowed {
  events: readonly UserEvent[];
  span: Span;
  begin: number;
  end: number;
}

export type EventOperand = Extract<ProgramOperand, readonly ["event", ...unknown[]]>;

/** Reads the window of an event operand without noting when it changes. */
export function readWindow([, series, , , window]: EventOperand, context: Context, tables: Tables): Windowed {
  const events = tables.series(series)(context);
  const span = resolveWindow(window, context, tables.features);
  const begin = firstAt(events, span.from);
  return { events, span, begin, end: Math.max(begin, firstAt(events, span.to)) };
}

/** Compiles an operand. Event measures and formulas are worked out once for each run of the context. */
export function compileOperand(index: number, tables: Source): Read {
  const { features, program } = tables;
  const operand = program.operands[index];
  switch (operand?.[0]) {
    case "trait": {
      const [, name] = operand;
      return ({ traits }) => traits[name];
    }
    case "bucket": {
      const [, seed] = operand;
      return ({ id }) => (id === undefined ? undefined : features.buckets?.(seed, id));
    }
    case "event":
      return remember((context) => {
        const [, , measure, property = ""] = operand;
        const { events, span, begin, end } = readWindow(operand, context, tables);
        context.changesAt(nextChange(events, span, begin, end, () => true));
        const inside = events.slice(begin, end);
        const whole = context.user?.past?.measure(index, inside);
        return whole ? whole.value : measureEvents(inside, measure, property, context, tables.features);
      });
    case "formula":
      return remember(features.formulas?.read(index, tables) ?? nothing);
    default:
      return nothing;
  }
}

const nothing = () => undefined;

function remember(read: Read): Read {
  let run = 0;
  let value: unknown;
  let until: number;
  return (context) => {
    if (run !== context.run) {
      const outer = context.until;
      context.until = Number.POSITIVE_INFINITY;
      value = read(context);
      until = context.until;
      context.until = outer;
      run = context.run;
    }
    context.changesAt(until);
    return value;
  };
}
