import type { Acknowledgement } from "@muster/rules/wire";
import { identityOf } from "../profiles/scope.ts";
import type { Applied, WorkingSet } from "../profiles/working-set.ts";
import { type Judged, refuseFull, refuseUnproven } from "./judge.ts";

/** What became of each operation: of those that were applied by their results, in order, and what `set` had room for. */
export function acknowledge(
  judged: readonly Judged[],
  results: readonly Applied[],
  set: WorkingSet,
): Acknowledgement[] {
  const next = results.values();
  return judged.map((entry) => {
    if ("refused" in entry) return entry.refused;
    const { index, operation } = entry;
    const { id } = operation;
    const status = next.next().value ?? "full";
    if (status === "unproven") return refuseUnproven(index, id);
    if (status === "full") return refuseFull(index, id, "traits-full");
    const hasNoRoom = set.find(identityOf(operation))?.refused.has(id) === true;
    return hasNoRoom ? refuseFull(index, id, "state-full") : { index, id, status };
  });
}
