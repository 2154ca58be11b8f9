import type { Program, ProgramOperand } from "../program.ts";
import { NEVER } from "../timestamp.ts";
import type { Source } from "./condition.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import { beginOf, compileWindow, endOf, nextChange } from "./window.ts";

/** Gives an operand's value; what time changes about it is noted in the context. */
export type Read = (context: Context) => unknown;

/** The tables that operands refer to. */
export interface Tables {
  readonly program: Program;
  readonly features: Features;
  operand(index: number): Read;
}

export type EventOperand = Extract<ProgramOperand, readonly ["event", ...unknown[]]>;

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
    case "event": {
      const [, series, measure, , window] = operand;
      const resolve = compileWindow(window, features);
      return remember((context) => {
        const { past, now } = context;
        if (!past) return undefined;
        const samples = past.samples(series, context);
        const span = resolve(context);
        const begin = beginOf(samples, span, now);
        const end = Math.max(begin, endOf(samples, span, now));
        context.changesAt(nextChange(samples, span, begin, end));
        return measure === "count"
          ? past.counted(index, operand) + end - begin
          : past.measure(index, operand, samples, begin, end, context);
      });
    }
    case "formula":
      return remember(features.formulas?.read(index, tables) ?? nothing);
    default:
      return nothing;
  }
}

const nothing = () => undefined;

/** What is asked for often is worked out once for each run of the context. */
export function remember(read: Read): Read {
  let run = 0;
  let value: unknown;
  let until: number;
  return (context) => {
    if (run !== context.run) {
      const outer = context.until;
      context.until = NEVER;
      value = read(context);
      until = context.until;
      context.until = outer;
      run = context.run;
    }
    context.changesAt(until);
    return value;
  };
}
