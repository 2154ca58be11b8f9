import { z } from "zod";
import type { Explanation } from "../explain/explanation.ts";
import { LIMITS } from "../limits.ts";
import { identifier, timestamp } from "./operation.ts";
import { membership, shippedRuleset } from "./sync.ts";
import { values } from "./values.ts";

/** `GET /v1/ruleset`, for servers. The version is also the ETag. */
export const rulesetResponse = shippedRuleset;
export type RulesetResponse = z.infer<typeof rulesetResponse>;

/** `POST /v1/evaluate`, for servers: the memberships of one user at now, or at an instant before. */
export const evaluateRequest = z
  .strictObject({
    userId: identifier.optional(),
    anonymousId: identifier.optional(),
    /** Traits that stand over the stored ones for this answer only; nothing is written. */
    traits: values.optional(),
    /** The segments asked for; left out, all of people. Those that decisions became (`$…`) are answered when named. */
    segments: z.array(z.string().max(LIMITS.name)).max(LIMITS.page).optional(),
    explain: z.boolean().optional(),
    /** An instant not after now: events decide as they did then; traits and lists as they stand now. */
    at: timestamp.optional(),
  })
  .refine((body) => body.userId !== undefined || body.anonymousId !== undefined, {
    message: "a userId or an anonymousId is needed",
  });
export type EvaluateRequest = z.infer<typeof evaluateRequest>;

export const explanation = z.custom<Explanation>((value) => typeof value === "object" && value !== null);

export const evaluateResponse = z.object({
  /** The instant that is answered for: the edge's now, or the one that was asked for. */
  now: timestamp,
  /** The version of the ruleset that answered. */
  version: z.string(),
  /** Whether the edge has heard of this user. */
  known: z.boolean(),
  memberships: z.record(z.string(), membership.extend({ explanation: explanation.optional() })),
});
export type EvaluateResponse = z.infer<typeof evaluateResponse>;
