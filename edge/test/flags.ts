import type { DecisionDefinitions, Flag, FlagRule, FlagState } from "@muster/rules/decisions";

/** A flag with the variations `on` and `off`, which is off for everyone whom no rule serves. */
export function booleanFlag(rules: FlagRule[] = [], more: Partial<FlagState> = {}): Flag {
  return {
    type: "boolean",
    variations: { on: true, off: false },
    enabled: true,
    off: "off",
    otherwise: "off",
    rules,
    ...more,
  };
}

const HALF = 2 ** 31;

/** Arms that have half of the units each. */
export const HALVES = { off: [[0, HALF]], on: [[HALF, 2 * HALF]] } as const;

/** An experiment that everyone is in, and the flag that it decides. */
export function experimentOn(flag: string, more: object = {}): DecisionDefinitions {
  return {
    flags: { [flag]: booleanFlag([{ key: "test", experiment: "exp" }]) },
    experiments: { exp: { enabled: true, salt: "salt", iteration: 1, arms: HALVES, ...more } },
  };
}
