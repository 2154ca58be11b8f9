/**
 * How far an estimate may be from the truth, however often one looks: the Gaussian mixture boundary of
 * asymptotic confidence sequences, Theorem 2.2 and formula (8) of Waudby-Smith, Arbour, Sinha, Kennedy and
 * Ramdas, *Time-uniform central limit theory and asymptotic confidence sequences*, Annals of Statistics
 * 52(6), 2024, arXiv:2103.06476. For a mean of n values with standard deviation σ it says
 *
 *     ± σ √( 2 (nρ² + 1) / (n²ρ²) · log( √(nρ² + 1) / α ) ),
 *
 * which is the standard error σ/√n times `multiplier`, as 1.96 is for a single look at 95 %. Over all n
 * together the interval misses the truth with a probability of at most α, in the limit of many users at the
 * first look.
 */
export interface Boundary {
  /** The probability of ever missing the truth. */
  alpha: number;
  /** ρ², which says where the boundary is tightest. */
  precision: number;
}

/** Enough for the fixed point below to stand still for every α up to 1/2. */
const ITERATIONS = 100;

/**
 * The boundary that is tightest once `users` users were seen (ibid., appendix B.2).
 *
 * With x = nρ² the multiplier is least where x = log(1 + x) − 2 log α, the fixed point of a contraction; the
 * paper writes the same by Lambert's W. `users` must be chosen before looking at results: the promise is one
 * boundary's.
 */
export function boundaryFor(users: number, alpha: number): Boundary {
  let x = 1;
  for (let i = 0; i < ITERATIONS; i++) x = Math.log1p(x) - 2 * Math.log(alpha);
  return { alpha, precision: x / users };
}

/** How many standard errors the interval reaches to either side once `users` users were seen. */
export function multiplier({ alpha, precision }: Boundary, users: number): number {
  const x = users * precision;
  return Math.sqrt(2 * (1 + 1 / x) * (Math.log1p(x) / 2 - Math.log(alpha)));
}

/**
 * The smallest α at which the interval excludes what is `errors` standard errors away: a p-value that may be
 * looked at at any time, (8) solved for α.
 */
export function sequentialPValue({ precision }: Boundary, users: number, errors: number): number {
  const x = users * precision;
  return Math.min(1, Math.exp(Math.log1p(x) / 2 - (errors * errors * x) / (2 * (1 + x))));
}
