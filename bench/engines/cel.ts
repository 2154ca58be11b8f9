import { parse } from "@marcbachmann/cel-js";
import { at, decideEach, type Engine } from "../engine.ts";
import { type Condition, isOptional } from "../segments.ts";

export const engine: Engine = {
  write: (segments) =>
    JSON.stringify(
      segments.map(({ match, conditions }) => conditions.map(toTest).join(match === "all" ? " && " : " || ")),
    ),
  open(text, users) {
    const expressions: string[] = JSON.parse(text);
    const tests = expressions.map((expression) => parse(expression));
    const contexts = users.map(({ traits }) => ({ user: traits }));
    return decideEach(tests.length, (segment, user) => at(tests, segment)(at(contexts, user)) === true);
  },
};

/** A missing key is an error in CEL, so that a trait which not every user has is asked for first. */
function toTest(condition: Condition): string {
  const trait = `user.${condition.trait}`;
  const test = toComparison(trait, condition);
  if (condition.op === "exists" || !isOptional(condition.trait)) return test;
  return `(has(${trait}) && ${test})`;
}

function toComparison(trait: string, condition: Condition): string {
  switch (condition.op) {
    case "eq":
      return `${trait} == ${toLiteral(condition.value)}`;
    case "neq":
      return `${trait} != ${toLiteral(condition.value)}`;
    case "in":
      return `${trait} in ${JSON.stringify(condition.value)}`;
    case "notIn":
      return `!(${trait} in ${JSON.stringify(condition.value)})`;
    case "contains":
    case "startsWith":
      return `${trait}.${condition.op}(${toLiteral(condition.value)})`;
    case "between":
      return `(${trait} >= ${toLiteral(condition.value[0])} && ${trait} <= ${toLiteral(condition.value[1])})`;
    case "exists":
      return `has(${trait})`;
    default:
      return `${trait} ${SIGNS[condition.op]} ${toLiteral(condition.value)}`;
  }
}

const SIGNS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** JavaScript's numbers are CEL's doubles. */
const toLiteral = (value: string | number | boolean): string =>
  typeof value === "number" && Number.isInteger(value) ? `${value}.0` : JSON.stringify(value);
