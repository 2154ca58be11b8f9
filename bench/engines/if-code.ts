import { at, decideEach, type Engine } from "../engine.ts";
import type { Condition } from "../segments.ts";
import type { User } from "../users.ts";

type Test = (traits: User["traits"]) => boolean;

/** What a person would write by hand, as the limit: one function a segment, generated. */
export const engine: Engine = {
  write: (segments) =>
    JSON.stringify(
      segments.map(({ match, conditions }) => conditions.map(toCode).join(match === "all" ? " && " : " || ")),
    ),
  open(text, users) {
    const codes: string[] = JSON.parse(text);
    const tests: Test[] = new Function(`return [${codes.map((code) => `(t) => ${code}`).join(",\n")}]`)();
    const traits = users.map((user) => user.traits);
    return decideEach(tests.length, (segment, user) => at(tests, segment)(at(traits, user)));
  },
};

function toCode(condition: Condition): string {
  const trait = `t.${condition.trait}`;
  switch (condition.op) {
    case "eq":
      return `${trait} === ${JSON.stringify(condition.value)}`;
    case "neq":
      return `${trait} !== ${JSON.stringify(condition.value)}`;
    case "in":
      return `(${condition.value.map((value) => `${trait} === ${JSON.stringify(value)}`).join(" || ")})`;
    case "notIn":
      return `(${condition.value.map((value) => `${trait} !== ${JSON.stringify(value)}`).join(" && ")})`;
    case "contains":
      return `(${trait} !== undefined && ${trait}.includes(${JSON.stringify(condition.value)}))`;
    case "startsWith":
      return `(${trait} !== undefined && ${trait}.startsWith(${JSON.stringify(condition.value)}))`;
    case "between":
      return `(${trait} >= ${condition.value[0]} && ${trait} <= ${condition.value[1]})`;
    case "exists":
      return `${trait} !== undefined`;
    default:
      return `${trait} ${SIGNS[condition.op]} ${condition.value}`;
  }
}

const SIGNS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;
