import type { ProgramSeries } from "../program.ts";
import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import { compileWhere } from "./where.ts";

/** Reads the events of one series in order, those after now among them. */
export type Series = (context: Context) => readonly UserEvent[];

/** A series without a condition, or with one that time does not change, is selected once per log. */
export function compileSeries([name, where]: ProgramSeries, features: Features): Series {
  if (!where) return ({ log }) => log.named(name);
  const { holds, timed } = compileWhere(where, features);
  if (!timed) {
    const selection = {};
    return (context) => context.log.select(name, selection, (event, first) => holds(event, first, context));
  }
  return (context) => {
    const events = context.log.named(name);
    const [first] = events;
    return first ? events.filter((event) => holds(event, first, context)) : events;
  };
}
