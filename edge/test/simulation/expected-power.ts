import { cumulativeStdNormalProbability } from "simple-statistics";
import { boundaryFor, multiplier } from "../../src/experiments/statistics/confidence-sequence.ts";
import { plannedUsersOf, type Scenario } from "./scenario.ts";

/**
 * The probability that the last look finds the difference of the last arm to the control, by the normal
 * approximation: a lower bound of finding it at some look.
 */
export function expectedPower(scenario: Scenario, alpha = 0.05): number {
  const { arms, looks, usersPerLook } = scenario;
  const [control, arm] = [arms[0], arms.at(-1)];
  if (control === undefined || arm === undefined) throw new RangeError("there are no arms");
  const each = (looks * usersPerLook) / arms.length;
  const error = Math.sqrt((control.variance + arm.variance) / each);
  const boundary = boundaryFor(plannedUsersOf(scenario), alpha / (arms.length - 1));
  return cumulativeStdNormalProbability(
    Math.abs(arm.mean - control.mean) / error - multiplier(boundary, 2 * each),
  );
}
