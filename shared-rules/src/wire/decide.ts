import { z } from "zod";
import type { FlagDecision } from "../decisions/decide/decide-flag.ts";
import type { PromptDecision } from "../decisions/decide/decide-prompt.ts";
import type { FlagValue } from "../decisions/definitions.ts";
import { LIMITS } from "../limits.ts";
import { identifier, timestamp } from "./operation.ts";
import { explanation } from "./server.ts";
import { values } from "./values.ts";

const key = z.string().max(LIMITS.name);
const keys = z.array(key).max(LIMITS.page);
const chosen = <Choice extends z.ZodType>(choice: Choice) => z.record(key, choice).exactOptional();

/** Choices that stand over the definitions; what they name and the definitions lack is ignored. */
export const overrides = z.strictObject({
  /** By flag, a variation. */
  flags: chosen(key),
  /** By experiment, an arm. */
  experiments: chosen(key),
  /** By campaign, whether it is shown. */
  campaigns: chosen(z.boolean()),
});

/**
 * `POST /v1/decide`, for servers: the decisions for one user at now, or at an instant before; without ids, for somebody of
 * whom nothing is known but `traits`. Exposes nobody.
 */
export const decideRequest = z.strictObject({
  userId: identifier.optional(),
  anonymousId: identifier.optional(),
  /** Traits that stand over the stored ones for this answer only; nothing is written. */
  traits: values.optional(),
  /** The flags asked for; left out, all. */
  flags: keys.optional(),
  /** The placements asked for; left out, all. */
  placements: keys.optional(),
  /** What only a page knows: when it was shown, and whether the visitor is about to leave. */
  moment: z
    .strictObject({ shownAt: timestamp.exactOptional(), leaving: z.boolean().exactOptional() })
    .optional(),
  overrides: overrides.optional(),
  /** An instant not after now: events decide as they did then; definitions, traits and lists as they stand now. */
  at: timestamp.optional(),
  /** Whether to say why of each segment that was read. */
  explain: z.boolean().optional(),
});
export type DecideRequest = z.infer<typeof decideRequest>;

const decision = <Decision>() =>
  z.custom<Decision>((value) => typeof value === "object" && value !== null && "reason" in value);

export const decideResponse = z.object({
  /** The instant that is answered for: the edge's now, or the one that was asked for. */
  now: timestamp,
  /** The version of the definitions that answered. */
  version: z.string(),
  /** Whether the edge has heard of this user. */
  known: z.boolean(),
  /** By flag; `value` is left out where there is an error. */
  flags: z.record(z.string(), decision<FlagDecision<FlagValue | undefined>>()),
  /** By placement. */
  prompts: z.record(z.string(), decision<PromptDecision>()),
  /** Where `explain` was asked for: of each segment that was read, why the user is in it or not. */
  segments: z.record(z.string(), explanation).optional(),
});
export type DecideResponse = z.infer<typeof decideResponse>;
