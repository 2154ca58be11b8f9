import { BOUNDS } from "./bounds.ts";

/**
 * Users of one arm who were exposed, and what they did: a user's value is 1 or 0 (converted or not), or any
 * number.
 */
export type Summary =
  | {
      /** Exposed users. */
      users: number;
      /** Those of them who converted. */
      converted: number;
    }
  | {
      /** Exposed users, those with the value 0 too. */
      users: number;
      /** The sum of the users' values (a count of events, an amount of money). */
      sum: number;
      /** The sum of the squares of the users' values. */
      sumOfSquares: number;
    };

/** The mean and the sample variance (divided by n − 1) of the values of an arm's users. */
export interface Moments {
  users: number;
  mean: number;
  variance: number;
}

/** Below this share of the mean square a variance is rounding. */
const ROUNDING = 1e-12;

/** Whether a number can be one of exposed users. */
export function isUserCount(users: number): boolean {
  return Number.isInteger(users) && users >= 0 && users <= BOUNDS.users;
}

/** The moments of an arm; null for fewer than two users and for numbers that no users can have. */
export function momentsOf(summary: Summary): Moments | null {
  const { users } = summary;
  if (!isUserCount(users) || users < 2) return null;
  return "converted" in summary
    ? momentsOfConversion(users, summary.converted)
    : momentsOfValues(users, summary.sum, summary.sumOfSquares);
}

function momentsOfConversion(users: number, converted: number): Moments | null {
  if (!Number.isInteger(converted) || converted < 0 || converted > users) return null;
  const mean = converted / users;
  return { users, mean, variance: (converted * (1 - mean)) / (users - 1) };
}

function momentsOfValues(users: number, sum: number, sumOfSquares: number): Moments | null {
  if (!(Math.abs(sum) <= BOUNDS.sum && sumOfSquares >= 0 && sumOfSquares <= BOUNDS.sum)) return null;
  const mean = sum / users;
  const meanSquare = sumOfSquares / users;
  const spread = meanSquare - mean * mean;
  const rounding = meanSquare * ROUNDING;
  // By Cauchy and Schwarz no values have a mean square below the square of their mean.
  if (spread < -rounding) return null;
  return { users, mean, variance: spread <= rounding ? 0 : (spread * users) / (users - 1) };
}
