import { evalCondition } from "@growthbook/growthbook";
import { at, decideEach, type Engine } from "../engine.ts";
import { type Condition, needsGuard, type Segment } from "../segments.ts";

export const engine: Engine = {
  write: (segments) => JSON.stringify(segments.map(toCondition)),
  open(text, users) {
    const conditions: Parameters<typeof evalCondition>[1][] = JSON.parse(text);
    const attributes = users.map(({ traits }) => traits);
    return decideEach(conditions.length, (segment, user) =>
      evalCondition(at(attributes, user), at(conditions, segment)),
    );
  },
};

export function toCondition({ match, conditions }: Omit<Segment, "key">) {
  const parts = conditions.map((condition) => [condition.trait, toTest(condition)] as const);
  return match === "all"
    ? Object.fromEntries(parts)
    : { $or: parts.map((part) => Object.fromEntries([part])) };
}

function toTest(condition: Condition): unknown {
  switch (condition.op) {
    case "eq":
      return typeof condition.value === "number" ? { $eq: condition.value } : condition.value;
    case "neq":
      return { $ne: condition.value };
    case "in":
      return { $in: condition.value };
    case "notIn":
      return { $nin: condition.value };
    case "contains":
      return { $regex: RegExp.escape(condition.value) };
    case "startsWith":
      return { $regex: `^${RegExp.escape(condition.value)}` };
    case "between":
      return { $gte: condition.value[0], $lte: condition.value[1] };
    case "exists":
      return { $exists: true };
    default:
      return { ...(needsGuard(condition) && { $exists: true }), [`$${condition.op}`]: condition.value };
  }
}
