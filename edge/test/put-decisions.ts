import type { DecisionDefinitions } from "@muster/rules/decisions";
import type { TestEdge } from "./edge.ts";

/** Makes these the definitions of the workspace; the flags that are named are private. */
export async function putDecisions(
  edge: TestEdge,
  document: DecisionDefinitions,
  secret: readonly string[] = [],
): Promise<void> {
  const about = { flags: Object.fromEntries(secret.map((key) => [key, { private: true }])) };
  const { status, body } = await edge.call("PUT", "/v1/decisions", { document, about });
  if (status !== 200) throw new Error(JSON.stringify(body));
}
