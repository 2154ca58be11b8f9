import { type Condition, isOptional, needsGuard, type Segment } from "./segments.ts";

export type JsonLogic = Record<string, unknown>;

/** JsonLogic, for both of its engines. */
export function toJsonLogic({ match, conditions }: Segment): JsonLogic {
  return { [match === "all" ? "and" : "or"]: conditions.map(toTest) };
}

function toTest(condition: Condition): JsonLogic {
  const test = toComparison(condition);
  const guarded = needsGuard(condition) || (condition.op === "startsWith" && isOptional(condition.trait));
  return guarded ? { and: [{ "!==": [{ var: condition.trait }, null] }, test] } : test;
}

function toComparison(condition: Condition): JsonLogic {
  const trait = { var: condition.trait };
  switch (condition.op) {
    case "eq":
      return { "===": [trait, condition.value] };
    case "neq":
      return { "!==": [trait, condition.value] };
    case "in":
      return { in: [trait, condition.value] };
    case "notIn":
      return { "!": { in: [trait, condition.value] } };
    case "contains":
      return { in: [condition.value, trait] };
    case "startsWith":
      return { "===": [{ substr: [trait, 0, condition.value.length] }, condition.value] };
    case "between":
      return { "<=": [condition.value[0], trait, condition.value[1]] };
    case "exists":
      return { "!==": [trait, null] };
    default:
      return { [SIGNS[condition.op]]: [trait, condition.value] };
  }
}

const SIGNS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;
