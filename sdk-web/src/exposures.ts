import { type Assignment, type DecisionTable, exposureOf } from "@muster/rules/decide";
import { EXPOSURES } from "./bounds.ts";
import type { CallHost } from "./calls.ts";
import type { Decider } from "./decider.ts";
import type { Decisions } from "./decisions.ts";
import { PARKED_OP, SEEN } from "./records.ts";
import type { Replica } from "./replica.ts";
import type { Change } from "./store/store.ts";

/** What keeps exposures. */
export interface ExposureHost extends Pick<CallHost, "journal" | "replica" | "stamp" | "defer"> {
  readonly decider: Pick<Decider, "isPreview">;
  readonly decisions: Pick<Decisions, "table" | "identity" | "isSettled" | "answer">;
}

/**
 * Keeps that what an experiment decided has been used, as one operation for each unit and iteration; resolves once that
 * is on disk. Before memory is filled it waits, and comes to nothing where the device turns out to know of it, or to be
 * somebody else's.
 */
export type Expose = (decision: { assignment?: Assignment }) => Promise<void>;

/** Whether the user is known to have been exposed, by whatever device. */
function isExposed(
  { experiment, iteration }: Assignment,
  table: DecisionTable | undefined,
  answer: Decisions["answer"],
): boolean {
  const found = table?.experiments[experiment];
  return (
    found?.iteration === iteration && found.arms.some(([, segment]) => segment && answer(segment)?.member)
  );
}

/** That this device has seen an arm; of too many the oldest goes. */
function keep(exposures: Replica["exposures"], id: string, variation: string, ts: number): Change[] {
  const [[oldest] = [""]] = [...exposures].sort(([, one], [, other]) => one.ts - other.ts);
  const gone: Change[] = exposures.size < EXPOSURES ? [] : [[SEEN + oldest, undefined]];
  return [[SEEN + id, { variation, ts }], ...gone];
}

export function createExpose({ decider, decisions, journal, replica, stamp, defer }: ExposureHost): Expose {
  return async (decision) => {
    const { assignment } = decision;
    const exposure = exposureOf(decision);
    if (!assignment || !exposure || decider.isPreview) return;
    const { id, name, props } = exposure;
    const { experiment, variation, unit } = assignment;
    const isDevice = decisions.table?.experiments[experiment]?.device;
    const isAssumed = !decisions.isSettled;
    const at = { ...stamp(), id };
    await defer(async () => {
      const { exposures, pending, parked, identity } = replica;
      if (isAssumed && unit !== identity.userId && unit !== identity.anonymousId) return;
      if (exposures.has(id) || pending.has(id) || parked.has(PARKED_OP + id)) return;
      if (isExposed(assignment, decisions.table, decisions.answer)) return;
      const seen = isDevice ? keep(exposures, id, variation, at.ts) : [];
      await journal.record({ type: "track", ...at, name, props: { ...props } }, seen);
    });
  };
}
