import { type Explanation, explain as explainPlan } from "@muster/rules";
import type { Client } from "./client.ts";

export type { Explanation } from "@muster/rules";

/**
 * Why the user of this client is in a segment or not, as of now; undefined where nothing is known yet or
 * there is no such segment. An entry of its own, so that a page that does not ask pays nothing for it.
 */
export function explain(client: Client, segment: string): Explanation | undefined {
  const seen = client.inspect();
  return seen && explainPlan(seen.plan, segment, seen.user, seen.now);
}
