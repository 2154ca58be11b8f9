import type { Behaviour } from "./experiment.ts";

/** Users who convert with the probability `rate`. */
export function converting(rate: number, weight = 1): Behaviour {
  return { weight, mean: rate, value: (random) => (random.unit() < rate ? 1 : 0) };
}

/**
 * Users of whom a share buys, for amounts that are lognormal: most spend nothing and a few spend much. With 5 % of
 * buyers and σ = 1 the skewness is 20, and one user in a thousand brings an eighth of all money.
 */
export function buying(rate: number, { weight = 1, factor = 1 } = {}): Behaviour {
  const value = (amount: number) => factor * Math.exp(3 + amount);
  return {
    weight,
    mean: rate * factor * Math.exp(3.5),
    value: (random) => (random.unit() < rate ? value(random.normal()) : 0),
  };
}
