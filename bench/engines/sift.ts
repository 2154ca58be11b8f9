import sift from "sift";
import { at, decideEach, type Engine } from "../engine.ts";
import type { Condition } from "../segments.ts";

export const engine: Engine = {
  write: (segments) =>
    JSON.stringify(
      segments.map(({ match, conditions }) => {
        const parts = conditions.map((condition) => ({ [condition.trait]: toQuery(condition) }));
        return match === "all" ? Object.assign({}, ...parts) : { $or: parts };
      }),
    ),
  open(text, users) {
    const queries: Parameters<typeof sift.default>[0][] = JSON.parse(text);
    const tests = queries.map((query) => sift.default(query));
    const items = users.map(({ traits }) => traits);
    return decideEach(tests.length, (segment, user) => at(tests, segment)(at(items, user)));
  },
};

function toQuery(condition: Condition): unknown {
  switch (condition.op) {
    case "eq":
      return condition.value;
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
      return { [`$${condition.op}`]: condition.value };
  }
}
