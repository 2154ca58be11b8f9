import { init, type LDClient } from "@launchdarkly/node-server-sdk";
import { TestData } from "@launchdarkly/node-server-sdk/integrations";
import { at, type Decider, type Engine } from "../engine.ts";
import type { Condition, Segment } from "../segments.ts";

type AllFlags = Record<string, unknown>;

export const engine: Engine = {
  write: (segments) => JSON.stringify(segments.map(toFlag)),
  async open(text, users): Promise<Decider<AllFlags>> {
    const flags: { key: string }[] = JSON.parse(text);
    const client = await openClient(flags);
    const keys = flags.map(({ key }) => key);
    const contexts = users.map(({ id, traits }) => ({ kind: "user", key: id, ...traits }));
    return {
      decideOne: (segment, user) => client.boolVariation(at(keys, segment), at(contexts, user), false),
      decideAll: async (user) => (await client.allFlagsState(at(contexts, user))).allValues(),
      has: (answers, segment) => answers[at(keys, segment)] === true,
    };
  },
};

/** A client of flags that are there from the start: no request, no file. */
export async function openClient(flags: readonly { key: string }[]): Promise<LDClient> {
  const data = new TestData();
  for (const flag of flags) await data.usePreconfiguredFlag(flag);
  const client = init("offline", {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: SILENT,
  });
  await client.waitForInitialization({ timeout: 10 });
  return client;
}

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

/** The clauses of a rule must all hold; one rule that holds is enough. */
function toFlag({ key, match, conditions }: Segment) {
  const clauses = conditions.map(toClauses);
  const groups = match === "all" ? [clauses.flat()] : clauses;
  return {
    key,
    version: 1,
    on: true,
    variations: [true, false],
    fallthrough: { variation: 1 },
    offVariation: 1,
    rules: groups.map((group, index) => ({ id: `${key}-${index}`, clauses: group, variation: 0 })),
  };
}

export function toClauses(condition: Condition): unknown[] {
  const clause = (op: string, values: readonly unknown[], negate = false) => ({
    contextKind: "user",
    attribute: condition.trait,
    op,
    values,
    negate,
  });
  switch (condition.op) {
    case "eq":
      return [clause("in", [condition.value])];
    case "neq":
      return [clause("in", [condition.value], true)];
    case "in":
      return [clause("in", condition.value)];
    case "notIn":
      return [clause("in", condition.value, true)];
    case "contains":
    case "startsWith":
      return [clause(condition.op, [condition.value])];
    case "between":
      return [
        clause("greaterThanOrEqual", [condition.value[0]]),
        clause("lessThanOrEqual", [condition.value[1]]),
      ];
    case "exists":
      return [clause("greaterThanOrEqual", [-Number.MAX_VALUE])];
    default:
      return [clause(OPERATORS[condition.op], [condition.value])];
  }
}

const OPERATORS = {
  gt: "greaterThan",
  gte: "greaterThanOrEqual",
  lt: "lessThan",
  lte: "lessThanOrEqual",
} as const;
