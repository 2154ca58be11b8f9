import type { TableFlag, TableFlagState, TableRule } from "../table.ts";
import { assign, unitOf } from "./assign.ts";
import type { Decision } from "./decision.ts";
import { ownerOf } from "./place.ts";
import { own, type Reading } from "./reading.ts";

/** A variation of a flag, and how it was come by. */
export interface Choice extends Pick<Decision, "reason" | "assignment"> {
  variation: string;
  /** The rule that served it. */
  rule?: string;
  /** The segments that the rule's audience names, with their versions. */
  segmentVersion?: string;
  /** The flag that stood in the way. */
  prerequisite?: string;
}

function stateNow({ states: [first, ...later] }: TableFlag, reading: Reading): TableFlagState {
  return later.reduce((state, next) => (reading.isPast(next.from ?? 0) ? next : state), first);
}

function serve(
  flag: string,
  { variation, rollout, experiment }: TableRule,
  reading: Reading,
): Choice | undefined {
  if (variation) return { variation, reason: "TARGETING_MATCH" };
  if (rollout) {
    const unit = unitOf(rollout, reading);
    const drawn = unit && ownerOf(rollout.split, unit);
    return drawn ? { variation: drawn, reason: "SPLIT" } : undefined;
  }
  const assignment = assign(experiment ?? "", { flag }, reading);
  return assignment && { variation: assignment.variation, reason: "SPLIT", assignment };
}

/** Whether a flag that another needs has one of the variations that will do. */
function isMet(flag: string, variations: readonly string[], reading: Reading): boolean {
  const { needed } = reading;
  if (!needed.has(flag)) {
    // A flag that needs itself, which validation refuses, finds this.
    needed.set(flag, undefined);
    needed.set(flag, chooseVariation(flag, reading));
  }
  const choice = needed.get(flag);
  return !!choice && choice.reason !== "DISABLED" && variations.includes(choice.variation);
}

function follow(flag: string, state: TableFlagState, reading: Reading): Choice {
  const { off } = state;
  if (!state.enabled) return { variation: off, reason: "DISABLED" };
  for (const [segment, variation] of state.overrides)
    if (reading.holds(segment)) return { variation, reason: "TARGETING_MATCH" };
  for (const [prerequisite, variations] of state.prerequisites)
    if (!isMet(prerequisite, variations, reading)) return { variation: off, reason: "DEFAULT", prerequisite };
  for (const rule of state.rules) {
    const choice = reading.holds(rule.segment) && serve(flag, rule, reading);
    if (choice) {
      choice.rule = rule.key;
      if (rule.version) choice.segmentVersion = rule.version;
      return choice;
    }
  }
  return { variation: state.otherwise, reason: "DEFAULT" };
}

/** The variation that a flag has for whoever is asked about; undefined where there is no such flag. */
export function chooseVariation(key: string, reading: Reading): Choice | undefined {
  const { table, asked } = reading;
  const flag = own(table.flags, key);
  if (!flag) return undefined;
  const chosen = own(asked.overrides?.flags, key);
  return chosen && Object.hasOwn(flag.variations, chosen)
    ? { variation: chosen, reason: "STATIC" }
    : follow(key, stateNow(flag, reading), reading);
}
