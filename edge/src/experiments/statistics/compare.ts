import { BOUNDS } from "./bounds.ts";
import { type Boundary, multiplier, sequentialPValue } from "./confidence-sequence.ts";
import type { Moments } from "./moments.ts";
import type { Comparison, Estimate, Verdict } from "./results.ts";

/** Which direction of the metric is wished for. */
export type Goal = "increase" | "decrease";

const NOT_ENOUGH: Comparison = { verdict: "not enough data", pValue: null, absolute: null, relative: null };

/**
 * An arm against the control, by the boundary for the difference of two means.
 *
 * With n users in the two arms together, the difference of means is the mean of n influence values with the
 * variance n (s₁²/n₁ + s₀²/n₀): the estimator of the average treatment effect of a randomised experiment in
 * section 3 of Waudby-Smith et al. (see `confidence-sequence.ts`), without covariates. So the interval is the
 * usual standard error √(s₁²/n₁ + s₀²/n₀) times the boundary's multiplier at n.
 */
export function compare(
  arm: Moments | null,
  control: Moments | null,
  boundary: Boundary,
  goal: Goal,
): Comparison {
  if (arm === null || control === null) return NOT_ENOUGH;
  if (Math.min(arm.users, control.users) < BOUNDS.fewestUsers) return NOT_ENOUGH;
  const spread = squaredErrors(arm, control);
  const error = Math.sqrt(spread.arm + spread.control);
  if (error === 0) return NOT_ENOUGH;
  const users = arm.users + control.users;
  const reach = multiplier(boundary, users);
  const difference = arm.mean - control.mean;
  const absolute = { value: difference, low: difference - reach * error, high: difference + reach * error };
  return {
    verdict: judge(absolute, goal),
    pValue: sequentialPValue(boundary, users, difference / error),
    absolute,
    relative: relate(arm.mean, control.mean, spread, reach),
  };
}

/** The squares of the standard errors of two means. */
interface SquaredErrors {
  arm: number;
  control: number;
}

/**
 * Where values are skewed (few convert, few buy), an arm that saw few of the rare large ones has too low a
 * mean and too low a variance at once, and seems surer of it than it is. In arms of equal size this cancels
 * out. Otherwise the smaller arm leans on the other's variance where that is greater, by as much as it is
 * smaller, which can only widen the interval.
 */
function squaredErrors(arm: Moments, control: Moments): SquaredErrors {
  return {
    arm: leanedVariance(arm, control) / arm.users,
    control: leanedVariance(control, arm) / control.users,
  };
}

function leanedVariance(own: Moments, other: Moments): number {
  const lean = Math.max(0, 1 - own.users / other.users);
  return own.variance + lean * Math.max(0, other.variance - own.variance);
}

function judge({ low, high }: Estimate, goal: Goal): Verdict {
  if (low > 0) return goal === "increase" ? "better" : "worse";
  if (high < 0) return goal === "increase" ? "worse" : "better";
  return "no difference found yet";
}

/**
 * The difference as a share of the control's mean: all ratios R for which the same boundary does not exclude
 * that arm − R · control has the mean zero (Fieller, *Some problems in interval estimation*, JRSS B 16,
 * 1954). The delta method is its first order; unlike it, this excludes zero exactly when the absolute
 * interval does.
 */
function relate(arm: number, control: number, spread: SquaredErrors, reach: number): Estimate | null {
  const doubt = (reach * reach * spread.control) / (control * control);
  if (!(doubt < 1)) return null;
  const ratio = arm / control;
  const half =
    (reach / Math.abs(control)) * Math.sqrt(spread.arm * (1 - doubt) + ratio * ratio * spread.control);
  const ends = [(ratio - half) / (1 - doubt) - 1, (ratio + half) / (1 - doubt) - 1] as const;
  const value = (arm - control) / Math.abs(control);
  const [low, high] = control > 0 ? ends : ([-ends[1], -ends[0]] as const);
  return [value, low, high].every(Number.isFinite) ? { value, low, high } : null;
}
