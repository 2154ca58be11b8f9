import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { timestamp } from "./operation.ts";

/** `POST /v1/experiments/{key}/results`. */
export const resultsRequest = z.strictObject({
  /** What is measured, for each user. */
  metrics: z
    .array(
      z.strictObject({
        /** The name of the event that counts. */
        event: z.string().min(1).max(LIMITS.name),
        /**
         * `users`: whether there is one. `count`: how many there are. `{ sum }`: what this property comes to over them;
         * only numbers count.
         */
        measure: z
          .union([z.enum(["users", "count"]), z.strictObject({ sum: z.string().max(LIMITS.name) })])
          .default("users"),
        /** Which way the metric should go. */
        goal: z.enum(["increase", "decrease"]).default("increase"),
      }),
    )
    .min(1)
    .max(LIMITS.metrics),
  /** How long after the exposure events count, in hours. Users whose window has not ended are waited for. */
  withinHours: z
    .int()
    .min(1)
    .max(24 * 366)
    .default(24 * 7),
  /** Left out: the current one. Of another, arms, weights and unit are those of its last version. */
  iteration: z.int().min(1).max(LIMITS.iteration).optional(),
  /** Whoever was exposed before does not count. Left out: when the weights of the arms last changed within the iteration. */
  since: timestamp.optional(),
  /** The arm that the others are compared to; left out, the first one. */
  control: z.string().max(LIMITS.key).optional(),
  /** The probability of ever finding a difference where there is none. */
  alpha: z.number().min(1e-9).max(0.5).default(0.05),
  /** The number of users at which intervals are to be tightest, chosen before results are seen. */
  plannedUsers: z.int().min(1).max(1e12).default(10_000),
});
export type ResultsRequest = z.input<typeof resultsRequest>;

const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

export const resultsResponse = z.object({
  now: timestamp,
  experiment: z.string(),
  iteration: z.int(),
  /** Exposures before this instant are not counted. */
  since: timestamp.nullable(),
  withinHours: z.int(),
  /** Users who were exposed and whose window has not ended: nothing is said of them yet. */
  waiting: z.int(),
  /** Whether users came into the arms as intended; with `alarm`, nothing else here means anything. */
  srm: z.object({ pValue: z.number().nullable(), alarm: z.boolean(), words: z.string() }),
  metrics: z.array(
    z.object({
      event: z.string(),
      measure: z.union([z.string(), z.object({ sum: z.string() })]),
      arms: z.array(
        z.object({
          key: z.string(),
          users: z.int().nullable(),
          /** Those with at least one such event. */
          converted: z.int(),
          /** Per exposed user. */
          mean: z.number().nullable(),
          /** Against the control, of which it is null. */
          comparison: z
            .object({
              verdict: z.enum(["better", "worse", "no difference found yet", "not enough data"]),
              pValue: z.number().nullable(),
              absolute: estimate.nullable(),
              relative: estimate.nullable(),
            })
            .nullable(),
        }),
      ),
    }),
  ),
});
export type ResultsResponse = z.infer<typeof resultsResponse>;
