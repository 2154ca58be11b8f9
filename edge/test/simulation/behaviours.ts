import type { Behaviour } from "./scenario.ts";

/** Users who convert with the probability `rate`. */
export function converting(rate: number, weight = 1): Behaviour {
  return {
    weight,
    mean: rate,
    variance: rate * (1 - rate),
    value: (random) => (random.unit() < rate ? 1 : 0),
  };
}

/**
 * Users of whom a share buys, for amounts that are lognormal (μ = 3, σ = 1): most spend nothing and a few
 * spend much. With 5 % of buyers the values' skewness is 20, that of one user in 400 among conversions.
 */
export function buying(rate: number, weight = 1): Behaviour {
  const mean = rate * Math.exp(3.5);
  return {
    weight,
    mean,
    variance: rate * Math.exp(8) - mean * mean,
    value: (random) => (random.unit() < rate ? Math.exp(3 + random.normal()) : 0),
  };
}
