/**
 * Where an answer came from: decided here by the rule, remembered from the edge, asked of the edge just now, or
 * not known, in which case `member` is the caller's fallback.
 */
export type Reason = "local" | "cached" | "edge" | "unknown";

export interface Decision {
  member: boolean;
  reason: Reason;
  /** The next instant (ms) at which time alone can change the answer, or null. */
  until: number | null;
}
