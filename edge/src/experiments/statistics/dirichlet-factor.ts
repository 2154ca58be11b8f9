import { gammaln } from "simple-statistics";

/** Users of one arm, and its intended weight relative to the others'. */
export interface Share {
  users: number;
  weight: number;
}

/**
 * The logarithm of the Bayes factor of splits spread around the intended one against the intended split θ
 * itself.
 *
 * The spread is the Dirichlet distribution with α = concentration · θ, which gives
 *
 *     Γ(Σα) / Γ(Σα + n) · Π Γ(αᵢ + nᵢ) / (Γ(αᵢ) θᵢ^nᵢ).
 *
 * Weights are above 0; the higher the concentration, the closer to θ.
 */
export function logDirichletFactor(split: readonly Share[], concentration: number): number {
  const total = split.reduce((sum, { weight }) => sum + weight, 0);
  let log = gammaln(concentration);
  let seen = 0;
  for (const { users, weight } of split) {
    const theta = weight / total;
    const prior = concentration * theta;
    log += gammaln(prior + users) - gammaln(prior) - users * Math.log(theta);
    seen += users;
  }
  return log - gammaln(concentration + seen);
}
