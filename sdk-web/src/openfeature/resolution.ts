import type { FlagDecision } from "@muster/rules/decide";
import { ErrorCode, type FlagMetadata, type ResolutionDetails } from "@openfeature/web-sdk";

const MESSAGES = {
  FLAG_NOT_FOUND: "there is no such flag, or it is not for browsers",
  TYPE_MISMATCH: "the flag is of another type",
  PROVIDER_NOT_READY: "what the flag depends on is not known yet",
};

/** A decision in OpenFeature's words; where there is an error, with the caller's value. */
export function resolutionOf<Value>(decision: FlagDecision<unknown>, value: Value): ResolutionDetails<Value> {
  const { reason, errorCode, variation, rule, segmentVersion, prerequisite, assignment } = decision;
  if (errorCode) return { value, reason, errorCode: ErrorCode[errorCode], errorMessage: MESSAGES[errorCode] };
  const { experiment, iteration } = assignment ?? {};
  const known = Object.entries({ rule, segmentVersion, prerequisite, experiment, iteration });
  const flagMetadata: FlagMetadata = {};
  for (const [name, fact] of known) if (fact !== undefined) flagMetadata[name] = fact;
  return { value, reason, flagMetadata, ...(variation !== undefined && { variant: variation }) };
}
