import type { DecisionTable, TableFlagState, TableRule } from "../table.ts";
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

/** Chooses variations for one question; what several flags need is worked out once. */
export function createChooser(table: DecisionTable, reading: Reading): (flag: string) => Choice | undefined {
  const choices = new Map<string, Choice | undefined>();

  const serve = (flag: string, { variation, rollout, experiment }: TableRule): Choice | undefined => {
    if (variation) return { variation, reason: "TARGETING_MATCH" };
    if (rollout) {
      const unit = unitOf(rollout, reading);
      const drawn = unit && ownerOf(rollout.split, unit);
      return drawn ? { variation: drawn, reason: "SPLIT" } : undefined;
    }
    const assignment = assign(table, experiment ?? "", { flag }, reading);
    return assignment && { variation: assignment.variation, reason: "SPLIT", assignment };
  };

  const follow = (flag: string, state: TableFlagState): Choice => {
    const { off } = state;
    if (!state.enabled) return { variation: off, reason: "DISABLED" };
    for (const [segment, variation] of state.overrides)
      if (reading.holds(segment)) return { variation, reason: "TARGETING_MATCH" };
    for (const [prerequisite, variations] of state.prerequisites) {
      const choice = choose(prerequisite);
      if (!choice || choice.reason === "DISABLED" || !variations.includes(choice.variation))
        return { variation: off, reason: "DEFAULT", prerequisite };
    }
    for (const rule of state.rules) {
      const choice = reading.holds(rule.segment) && serve(flag, rule);
      if (choice) return { ...choice, rule: rule.key, ...(rule.version && { segmentVersion: rule.version }) };
    }
    return { variation: state.otherwise, reason: "DEFAULT" };
  };

  const choose = (key: string): Choice | undefined => {
    const flag = own(table.flags, key);
    if (flag && !choices.has(key)) {
      // A flag that needs itself, which validation refuses, finds this.
      choices.set(key, undefined);
      const [first, ...later] = flag.states;
      const chosen = own(reading.asked.overrides?.flags, key);
      choices.set(
        key,
        own(flag.variations, chosen ?? "") === undefined
          ? follow(
              key,
              later.reduce((state, next) => (reading.isPast(next.from ?? 0) ? next : state), first),
            )
          : { variation: chosen ?? "", reason: "STATIC" },
      );
    }
    return choices.get(key);
  };
  return choose;
}
