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

function stateNow({ states }: TableFlag, reading: Reading): TableFlagState {
  let [now] = states;
  for (const state of states) if (state.from !== undefined && reading.isPast(state.from)) now = state;
  return now;
}

function serve(flag: string, rule: TableRule, reading: Reading): Choice | undefined {
  const { key, variation, rollout, experiment } = rule;
  if (variation) return { variation, reason: "TARGETING_MATCH", rule: key };
  if (rollout) {
    const unit = unitOf(rollout, reading);
    const drawn = unit && ownerOf(rollout.split, unit);
    return drawn ? { variation: drawn, reason: "SPLIT", rule: key } : undefined;
  }
  const assignment = assign(experiment ?? "", { flag }, reading);
  return assignment && { variation: assignment.variation, reason: "SPLIT", rule: key, assignment };
}

/** Whether a flag that another needs has one of the variations that will do. */
function isMet(flag: string, variations: readonly string[], reading: Reading): boolean {
  const needed = (reading.needed ??= new Map());
  if (!needed.has(flag)) {
    // A flag that needs itself, which validation refuses, finds this.
    needed.set(flag, undefined);
    const found = own(reading.table.flags, flag);
    needed.set(flag, found && chooseVariation(flag, found, reading));
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
      if (rule.version) choice.segmentVersion = rule.version;
      return choice;
    }
  }
  return { variation: state.otherwise, reason: "DEFAULT" };
}

/** The variation that a flag has for whoever is asked about. */
export function chooseVariation(key: string, flag: TableFlag, reading: Reading): Choice {
  const chosen = own(reading.asked.overrides?.flags, key);
  return chosen && Object.hasOwn(flag.variations, chosen)
    ? { variation: chosen, reason: "STATIC" }
    : follow(key, stateNow(flag, reading), reading);
}
