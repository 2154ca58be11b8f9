import { z } from "zod";
import { LIMITS } from "../limits.ts";

/** A schema's own record would drop `__proto__`, which is a name like any other (RULES.md §1). */
export const values = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "expected an object of values by name",
  )
  .superRefine((object, context) => {
    const long = Object.keys(object).find((name) => name.length > LIMITS.name);
    if (long === undefined) return;
    const message = `a name has at most ${LIMITS.name} characters`;
    context.addIssue({ code: "custom", message, path: [long] });
  })
  .meta({ type: "object", propertyNames: { maxLength: LIMITS.name } });
