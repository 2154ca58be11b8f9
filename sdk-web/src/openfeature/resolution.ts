import type { FlagDecision } from "@muster/rules/decide";
import { ErrorCode, type FlagMetadata, type ResolutionDetails } from "@openfeature/web-sdk";

const MESSAGES = {
  FLAG_NOT_FOUND: (flag: string) => `there is no flag "${flag}" that browsers may ask for`,
  TYPE_MISMATCH: (flag: string) => `the flag "${flag}" is of another type`,
  PROVIDER_NOT_READY: (flag: string) => `what decides the flag "${flag}" is not known yet`,
};

/** A decision in OpenFeature's words; where there is an error, with the caller's value. */
export function resolutionOf<Value>(decision: FlagDecision<unknown>, value: Value): ResolutionDetails<Value> {
  const { flag, reason, errorCode, variation, rule, segmentVersion, prerequisite, assignment, until } =
    decision;
  if (errorCode)
    return { value, reason, errorCode: ErrorCode[errorCode], errorMessage: MESSAGES[errorCode](flag) };
  const { experiment, iteration } = assignment ?? {};
  const known = Object.entries({ rule, segmentVersion, prerequisite, experiment, iteration, until });
  const flagMetadata: FlagMetadata = {};
  for (const [name, fact] of known) if (fact != null) flagMetadata[name] = fact;
  return { value, reason, flagMetadata, ...(variation !== undefined && { variant: variation }) };
}
