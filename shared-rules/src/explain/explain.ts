import { compileCondition } from "../engine/condition.ts";
import { membershipOf } from "../engine/evaluate.ts";
import type { Plan } from "../engine/plan.ts";
import type { ProgramCondition } from "../program.ts";
import { END } from "../timestamp.ts";
import type { User } from "../user.ts";
import type { Explanation } from "./explanation.ts";
import { conditionInWords } from "./words.ts";

/** How many references deep the segments that a rule names are opened. */
const OPENED = 16;

/**
 * Why a user is a member of a segment at `now` or not: its rule's tree with each condition's operand, answer
 * and next change. A segment that the rule names is opened where it is named first. Undefined for a segment
 * that the plan does not know.
 */
export function explain(plan: Plan, key: string, user: User, now: number): Explanation | undefined {
  const { context, program } = plan;
  const root = plan.positions.get(key);
  if (root === undefined) return undefined;
  context.begin(user, now);
  plan.answerFrom(root);
  const opened = new Set([root]);

  const explainPart = (condition: ProgramCondition, depth: number): Explanation => {
    const text = conditionInWords(condition, program);
    context.until = END;
    const member = compileCondition(condition, plan).holds(context.traits, context);
    const explanation: Explanation = { text, ...membershipOf(member, context.until) };
    if (typeof condition === "boolean") return explanation;
    if (condition[0] === "test") {
      const [operand = -1] = program.tests[condition[1]] ?? [];
      explanation.operand = plan.operand(operand)(context);
    } else if (condition[0] === "all" || condition[0] === "any" || condition[0] === "not") {
      const [, ...parts] = condition;
      if (parts.length) explanation.parts = parts.map((part) => explainPart(part, depth));
    } else if (condition[0] === "segment" && depth < OPENED && !opened.has(condition[1])) {
      opened.add(condition[1]);
      explanation.parts = [explainPart(program.segments[condition[1]]?.[1] ?? false, depth + 1)];
    }
    return explanation;
  };
  return explainPart(program.segments[root]?.[1] ?? false, 0);
}
