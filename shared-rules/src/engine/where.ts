import { propertyOf } from "../event-log.ts";
import type { ProgramWhere } from "../program.ts";
import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";
import type { Features } from "./features.ts";
import { COMPLEMENTS, makeTest, TIMED } from "./operators.ts";

/** Whether an event, beside the user's first of that name, is one that counts. */
export type EventTest = (event: UserEvent, first: UserEvent, context: Context) => boolean;

/** Compiles a condition on one event. `timed`: its answer for the same event can change with now. */
export function compileWhere(
  where: ProgramWhere,
  features: Features,
): { holds: EventTest; timed: boolean } {
  if (where[0] === "first") return { holds: (event, first) => event === first, timed: false };
  if (where[0] === "prop") {
    const [, name, op, value, ignoreCase] = where;
    const positive = COMPLEMENTS.get(op);
    const test = makeTest(positive ?? op, value, ignoreCase === true, features);
    return {
      holds: (event, _, context) =>
        test(propertyOf(event, name), context) !== (positive !== undefined),
      timed: TIMED.has(op),
    };
  }
  const [kind, ...rest] = where;
  const parts = rest.map((part) => compileWhere(part, features));
  const timed = parts.some((part) => part.timed);
  if (kind === "not") return { holds: (...event) => !parts[0]?.holds(...event), timed };
  const all = kind === "all";
  return {
    holds: (...event) => {
      for (const part of parts) if (part.holds(...event) !== all) return !all;
      return all;
    },
    timed,
  };
}
