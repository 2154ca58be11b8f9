import { DAY, DAYS, type History, TODAY } from "./behaviour.ts";

/** The first day of all histories, and how many there are. */
const FIRST = TODAY / DAY - DAYS;
const LENGTH = DAYS + 1;

/** What happened on each day, by name. */
export interface Days {
  counts: Float64Array;
  sums: Float64Array;
}

export const NO_DAYS: Days = { counts: new Float64Array(LENGTH + 1), sums: new Float64Array(LENGTH + 1) };

/** The place of an instant's day among all. */
export const dayOf = (ts: number): number => Math.floor(ts / DAY) - FIRST;

/** The counts and sums of each day, a place later than the day: so that they can become those of all days before. */
export function countDays({ events }: History): Map<string, Days> {
  const byName = new Map<string, Days>();
  for (const { name, ts, props } of events) {
    const days = byName.get(name) ?? {
      counts: new Float64Array(LENGTH + 1),
      sums: new Float64Array(LENGTH + 1),
    };
    byName.set(name, days);
    const place = dayOf(ts) + 1;
    days.counts[place] = (days.counts[place] ?? 0) + 1;
    days.sums[place] = (days.sums[place] ?? 0) + Number(props.amount ?? 0);
  }
  return byName;
}
