/** In ms. */
export interface BackoffBounds {
  /** The longest wait after the first failure; doubles with each further one. */
  readonly first: number;
  /** Where it stops to double. */
  readonly most: number;
}

/**
 * Ms to wait after the `failures`-th failure in a row: exponential with full jitter (M. Brooker, "Exponential
 * Backoff And Jitter", 2015), on top of what the edge asked for, so that those who were told the same time do
 * not come back at once. `random` gives 0 ≤ x < 1.
 */
export function backoff(
  failures: number,
  asked: number,
  { first, most }: BackoffBounds,
  random: () => number = Math.random,
): number {
  return asked + random() * Math.min(most, first * 2 ** (failures - 1));
}
