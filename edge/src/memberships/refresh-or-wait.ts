import type { Edge } from "../edge.ts";
import { Problem } from "../problem.ts";
import { refreshPopulation } from "./refresh.ts";

/** Profiles that one request settles before it asks to be sent again. */
const MOST = 2_000;

/**
 * Makes sure that the stored memberships are those of now.
 * @throws Problem `members-refreshing` while more profiles are outdated than one request can settle
 */
export async function refreshOrWait(edge: Edge): Promise<void> {
  const remaining = await refreshPopulation(edge, MOST);
  if (remaining === 0) return;
  throw new Problem("members-refreshing", `${remaining} profiles remain; send it again.`, {
    headers: { "retry-after": "1" },
  });
}
