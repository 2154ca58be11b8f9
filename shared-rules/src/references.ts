import type { ProgramCondition } from "./program.ts";

/** The indices of the segments that a condition names itself. */
export function directReferences(condition: ProgramCondition): number[] {
  if (typeof condition === "boolean") return [];
  switch (condition[0]) {
    case "segment":
      return [condition[1]];
    case "all":
    case "any":
    case "not": {
      const [, ...parts] = condition;
      return parts.flatMap(directReferences);
    }
    default:
      return [];
  }
}
