import { propertiesOf } from "../event-log.ts";
import type { ProgramSeries, ProgramWhere } from "../program.ts";
import type { UserEvent } from "../user.ts";
import { compileWhere } from "./condition.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";

/** Reads the events of one series in order, those after now among them. */
export type Series = (context: Context) => readonly UserEvent[];

/** A series without a condition, or with one that time does not change, is selected once per log. */
export function compileSeries([name, where]: ProgramSeries, index: number, features: Features): Series {
  const fromLog = compileFromLog(name, where, features);
  return (context) => context.user?.past?.events(index, context) ?? fromLog(context);
}

function compileFromLog(name: string, where: ProgramWhere | undefined, features: Features): Series {
  if (!where) return ({ log }) => log.named(name);
  const { holds, timed } = compileWhere(where, features);
  const select = (context: Context) => {
    const events = context.log.named(name);
    return events.filter((event) => {
      context.isFirst = event === events[0];
      return holds(propertiesOf(event), context);
    });
  };
  const selection = {};
  return timed ? select : (context) => context.log.remember(name, selection, () => select(context));
}
