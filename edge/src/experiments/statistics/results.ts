/** An estimate with the interval that holds the truth, however often one looks. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/**
 * What can be said of an arm, in words that a console can show.
 *
 * "better" and "worse" are found once the interval of the difference excludes zero. "no difference found yet"
 * is not "there is none": the interval says how large the difference may still be.
 */
export type Verdict = "better" | "worse" | "no difference found yet" | "not enough data";

/** An arm against the control; everything is null while the verdict is "not enough data". */
export interface Comparison {
  verdict: Verdict;
  /**
   * How likely a difference like this, or a larger one, ever shows where there is none; corrected like the
   * intervals.
   */
  pValue: number | null;
  /**
   * The arm's mean − the control's: a share of users (0.02 = two points of a percentage) or the metric's
   * unit.
   */
  absolute: Estimate | null;
  /**
   * The same as a share of the control's mean (0.1 = 10 % more). Null also where the control's mean may be
   * zero, since then there is no knowing how many times it the arm's is.
   */
  relative: Estimate | null;
}

interface ArmResult {
  key: string;
  /** Exposed users; null for a number that cannot be one of users. */
  users: number | null;
  /**
   * Mean value per exposed user, for a conversion metric the share of users who converted; null without two
   * users.
   */
  mean: number | null;
  /** Null for the control. */
  comparison: Comparison | null;
}

/** Whether users came into the arms as intended. */
export interface SampleRatio {
  /**
   * How likely a split like this, or a worse one, ever shows where the intended one holds, however often one
   * looks; null without users.
   */
  pValue: number | null;
  /**
   * The split is not the intended one (p < 0.001): a fault in the experiment, whose other results mean
   * nothing then.
   */
  alarm: boolean;
  words: "as intended" | "not as intended" | "not enough data";
}

export interface Results {
  srm: SampleRatio;
  /** In the order in which they were given. */
  arms: ArmResult[];
}
