import type { Flag, FlagRule, FlagState, Rollout } from "../definitions.ts";
import { tableSplit } from "../places.ts";
import type { TableDraw, TableFlag, TableFlagState, TableRule } from "../table.ts";
import { conditionsOf, versionOf } from "./audience.ts";
import type { HiddenSegments } from "./hidden-segments.ts";

function compileRollout({ salt, unit, places }: Rollout): TableDraw {
  return { ...(unit === "device" && { device: true }), split: tableSplit(salt, places) };
}

/** How a flag is decided; the segments of a later state have its instant in their keys. */
export function compileFlag(
  key: string,
  flag: Flag,
  segments: HiddenSegments,
  versions: ReadonlyMap<string, number>,
): TableFlag {
  const rule = (one: FlagRule, suffix: string): TableRule => {
    const segment = segments.add(`$flag/${key}/${one.key}${suffix}`, conditionsOf(one.audience));
    const version = versionOf(one.audience, versions);
    return {
      key: one.key,
      ...(segment !== undefined && { segment }),
      ...(version !== "" && { version }),
      ...("variation" in one && { variation: one.variation }),
      ...("rollout" in one && { rollout: compileRollout(one.rollout) }),
      ...("experiment" in one && { experiment: one.experiment }),
    };
  };
  const state = (
    { enabled, off, otherwise, overrides = {}, prerequisites = [], rules = [] }: FlagState,
    at?: number,
  ): TableFlagState => {
    const suffix = at === undefined ? "" : `@${at}`;
    return {
      ...(at !== undefined && { from: at }),
      enabled,
      off,
      otherwise,
      overrides: Object.entries(overrides).map(([variation, ids]) => [
        segments.addList(`$override/${key}/${variation}${suffix}`, ids),
        variation,
      ]),
      prerequisites: prerequisites.map((one) => [one.flag, one.in]),
      rules: rules.map((one) => rule(one, suffix)),
    };
  };
  const later = (flag.scheduled ?? []).map((next) => state(next, next.at));
  return { variations: flag.variations, states: [state(flag), ...later] };
}
