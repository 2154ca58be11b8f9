import { z } from "zod";
import { shippedRuleset } from "./sync.ts";

/** What the stream of `GET /v1/changes` says first, and again whenever definitions have changed: its event `ruleset`. */
export const rulesetEvent = z.object({
  /** The version of the definitions as they are now. */
  version: z.string(),
  /**
   * The definitions; null where they have not changed since the stream began, and where they are too large to be
   * pushed: whoever has another version fetches them.
   */
  ruleset: shippedRuleset.nullable(),
  /** The version that they have replaced. They go to nobody else: what came in between may have been missed. */
  after: z.string().nullable(),
});
export type RulesetEvent = z.infer<typeof rulesetEvent>;
