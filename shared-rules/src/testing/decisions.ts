import type { Asked } from "../decisions/decide/index.ts";
import {
  compileDecisions,
  type DecisionDefinitions,
  type DecisionTable,
  parseDecisions,
} from "../decisions/index.ts";
import { compile, evaluate, type Membership, type Plan, type Ruleset, type User } from "../index.ts";

/** Definitions as they run: a plan of all segments, and a table that was shipped. */
export interface Running {
  table: DecisionTable;
  /** The workspace's segments and those that the definitions became. */
  ruleset: Ruleset;
  plan: Plan;
}

/** @throws {Error} where the definitions are refused */
export function run(definitions: DecisionDefinitions, ruleset: Partial<Ruleset> = {}): Running {
  const parsed = parseDecisions(definitions);
  if (!parsed.ok) throw new Error(`${parsed.problem.path}: ${parsed.problem.detail}`);
  const { segments, table } = compileDecisions(parsed.value);
  const all = { zone: "UTC", ...ruleset, segments: { ...ruleset.segments, ...segments } };
  return { table: JSON.parse(JSON.stringify(table)), ruleset: all, plan: compile(all) };
}

/** A question about a user, with the answers of the plan. */
export function ask(
  { plan }: Pick<Running, "plan">,
  user: User,
  now: number,
  more: Partial<Asked> = {},
): Asked {
  const memberships = evaluate(plan, user, now);
  return {
    userId: user.id ?? null,
    anonymousId: user.anonymousId ?? null,
    now,
    answers: (key): Membership | undefined => memberships.get(key),
    ...more,
  };
}
