import type { Assignment } from "./assign.ts";

/** OpenFeature's reasons. */
export type Reason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";

/** OpenFeature's error codes. */
export type ErrorCode = "FLAG_NOT_FOUND" | "TYPE_MISMATCH" | "PROVIDER_NOT_READY";

/** What every decision says. */
export interface Decision {
  reason: Reason;
  errorCode?: ErrorCode;
  /** The arm of an experiment that decided. */
  assignment?: Assignment;
  /** The next instant (ms) at which time alone can change the decision, or null. */
  until: number | null;
}
