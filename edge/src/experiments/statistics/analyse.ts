import { BOUNDS } from "./bounds.ts";
import { compare, type Goal } from "./compare.ts";
import { boundaryFor } from "./confidence-sequence.ts";
import { isUserCount, momentsOf, type Summary } from "./moments.ts";
import type { Comparison, Results } from "./results.ts";
import { checkSampleRatio } from "./sample-ratio.ts";

export type Arm = Summary & {
  key: string;
  /** The arm's intended share of users, relative to the other arms' weights. */
  weight: number;
};

export interface Experiment {
  /** All arms, with the same users and the same conversion window for each. */
  arms: readonly Arm[];
  /** The key of the arm that the others are compared to. */
  control: string;
  /** Whether a higher or a lower mean is the better one; without it, a higher one. */
  goal?: Goal;
  /**
   * The probability of ever finding a difference, in any arm and any metric, where there is none; without it,
   * 0.05.
   */
  alpha?: number;
  /** How many metrics of this experiment are judged; each gets its part of alpha. */
  metrics?: number;
  /** Users per pair of arms at which intervals are to be tightest; chosen before results are seen. */
  plannedUsers?: number;
}

/** With a tenth of them, intervals are a quarter wider than by a better plan; with ten times as many, by 7 %. */
const PLANNED_USERS = 10_000;

/**
 * The results of an experiment so far, for one metric. It may be asked as often as one likes, and the
 * experiment be stopped by what it says: see `confidence-sequence.ts` and `sample-ratio.ts` for methods and
 * sources.
 *
 * Several arms and metrics share alpha by Bonferroni's inequality: each interval misses the truth with a
 * probability of at most alpha / ((arms − 1) · metrics), and p-values are multiplied alike. Numbers that
 * cannot be give "not enough data".
 *
 * The values of users are to be final, independent of each other, and of finite variance: count users whose
 * conversion window has ended, each once.
 *
 * @throws RangeError when the question makes no sense: no such control, two arms of one key, weights that are
 * no weights, an alpha out of its bounds, metrics or plannedUsers that are no positive integers.
 */
export function analyse(experiment: Experiment): Results {
  const { arms, goal = "increase", alpha = 0.05, metrics = 1, plannedUsers = PLANNED_USERS } = experiment;
  const control = requireSense(experiment, alpha, metrics, plannedUsers);
  const comparisons = Math.max(1, arms.length - 1) * metrics;
  const boundary = boundaryFor(plannedUsers, alpha / comparisons);
  const base = momentsOf(control);
  return {
    srm: checkSampleRatio(arms),
    arms: arms.map((arm) => {
      const moments = momentsOf(arm);
      const comparison = arm === control ? null : compare(moments, base, boundary, goal);
      return {
        key: arm.key,
        users: isUserCount(arm.users) ? arm.users : null,
        mean: moments?.mean ?? null,
        comparison: comparison && correct(comparison, comparisons),
      };
    }),
  };
}

function correct(comparison: Comparison, comparisons: number): Comparison {
  const { pValue } = comparison;
  return { ...comparison, pValue: pValue === null ? null : Math.min(1, pValue * comparisons) };
}

/** The control; refuses an experiment whose definition, rather than whose data, is wrong. */
function requireSense(
  { arms, control }: Experiment,
  alpha: number,
  metrics: number,
  plannedUsers: number,
): Arm {
  const { least, most } = BOUNDS.alpha;
  if (!(alpha >= least && alpha <= most))
    throw new RangeError(`alpha: ${alpha} is not in ${least} … ${most}`);
  if (!isCount(metrics)) throw new RangeError(`metrics: ${metrics} is not a positive integer`);
  if (!isCount(plannedUsers)) throw new RangeError(`plannedUsers: ${plannedUsers} is not a positive integer`);
  const keys = new Set(arms.map(({ key }) => key));
  if (keys.size < arms.length) throw new RangeError("arms: a key is there twice");
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  const isShare = (weight: number) => weight === 0 || weight / total >= BOUNDS.share;
  if (!(total > 0 && arms.every(({ weight }) => weight >= 0 && isShare(weight)))) {
    throw new RangeError(`arms: weights are to be 0 or at least ${BOUNDS.share} of all, and not all 0`);
  }
  const found = arms.find(({ key }) => key === control);
  if (found === undefined) throw new RangeError(`control: there is no arm ${JSON.stringify(control)}`);
  return found;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
