import { logDirichletFactor, type Share } from "./dirichlet-factor.ts";
import { isUserCount } from "./moments.ts";
import type { SampleRatio } from "./results.ts";

/**
 * A mismatch is announced below this p-value: once in a thousand experiments without one, looked at for ever.
 */
const THRESHOLD = 0.001;

/**
 * How closely a mismatch is expected around the intended split: 100 finds a broken split within some dozens
 * of users, 10,000 (usual in the field) finds a small one among many. Half the weight is on each.
 */
const CONCENTRATIONS = [100, 10_000] as const;

/**
 * Whether the exposed users are split by the intended weights, looked at as often as one likes.
 *
 * The sequential multinomial test of Lindon and Malek, *Anytime-valid inference for multinomial count data*,
 * NeurIPS 2022, §2.2, arXiv:2011.03567. While the intended split holds, the Bayes factor of a Dirichlet mixture
 * of splits against it is a martingale that starts at 1, so by Ville's inequality it ever reaches 1/p with a
 * probability of at most p. This is exact for every number of users. It assumes that each user was split
 * independently by these very weights: after a change of weights only users exposed since may be counted.
 */
export function checkSampleRatio(shares: readonly Share[]): SampleRatio {
  const users = shares.reduce((sum, share) => sum + share.users, 0);
  if (users === 0 || !shares.every((share) => isUserCount(share.users))) {
    return { pValue: null, alarm: false, words: "not enough data" };
  }
  const pValue = Math.min(1, Math.exp(-logBayesFactor(shares)));
  const alarm = pValue < THRESHOLD;
  return { pValue, alarm, words: alarm ? "not as intended" : "as intended" };
}

/**
 * The logarithm of the mean of the Bayes factors under all concentrations; infinite for users where none may
 * be.
 */
function logBayesFactor(shares: readonly Share[]): number {
  if (shares.some(({ users, weight }) => weight === 0 && users > 0)) return Number.POSITIVE_INFINITY;
  const split = shares.filter(({ weight }) => weight > 0);
  const logs = CONCENTRATIONS.map((concentration) => logDirichletFactor(split, concentration));
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}
