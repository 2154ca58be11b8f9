import type { SeriesNeed } from "./needs.ts";
import { countOf, headOf } from "./pack.ts";
import { partsOf, type SavedSeries } from "./saved-series.ts";

/** How far a clock may be set back without a question that the state no longer answers, in ms. */
export const SLACK = 86_400_000;

/** Whether a series, of whose samples the oldest and their number are known, may have any to drop. */
export function mayForget(
  { reach, latest, lag }: SeriesNeed,
  oldest: number,
  length: number,
  now: number,
): boolean {
  const today = now - SLACK;
  if (!reach || oldest >= today - lag) return false;
  return oldest < today - reach.ms || (latest !== null && length > latest);
}

/** Whether a saved series certainly is as it would be saved at `now`; costs no more than a look at its head. */
export function isSettled(saved: SavedSeries, need: SeriesNeed, now: number): boolean {
  const [instants] = partsOf(saved);
  if (typeof instants !== "string" || !instants) return true;
  return !mayForget(need, headOf(instants), countOf(instants) + 1, now);
}
