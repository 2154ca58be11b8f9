import { exposureOf, type FlagDecision, type FlagValue } from "@muster/rules/decide";
import { z } from "zod";

type Scalar = string | number | boolean;

/** A flag as OFREP says it. */
export const evaluation = z.object({
  key: z.string(),
  value: z.custom<FlagValue>((value) => value !== undefined),
  reason: z.string(),
  variant: z.string(),
  /** Why, and what an exposure to an experiment is made of. */
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

export interface Evaluation {
  key: string;
  value: FlagValue;
  reason: string;
  variant: string;
  metadata: { [name: string]: Scalar };
}

/** What a decision is in OFREP; undefined where there is no such flag. */
export function evaluationOf(decision: FlagDecision<FlagValue | undefined>): Evaluation | undefined {
  const { flag, value, reason, variation, rule, segmentVersion, prerequisite, until, assignment } = decision;
  if (value === undefined || variation === undefined) return undefined;
  const { experiment, iteration, unit, settled } = assignment ?? {};
  const all = { rule, segmentVersion, prerequisite, until, experiment, iteration, unit, settled };
  const exposureId = exposureOf(decision)?.id;
  const metadata: { [name: string]: Scalar } = {};
  for (const [name, one] of Object.entries({ ...all, exposureId })) if (one != null) metadata[name] = one;
  return { key: flag, value, reason, variant: variation, metadata };
}
