/** What the statistics of results are bound by (law 9). */
export const BOUNDS = {
  /** The most users of one arm; above, counts are not exact any more in sums of logarithms. */
  users: 1e12,
  /** Users that an arm and the control must each have before anything is said of their difference. */
  fewestUsers: 100,
  /** The largest sum or sum of squares, in absolute value, whose square is still a number. */
  sum: 1e150,
  /** The smallest and the largest error rate that can be asked for. */
  alpha: { least: 1e-9, most: 0.5 },
  /** The smallest share of users that an arm can be meant to get, other than none. */
  share: 1e-12,
} as const;
