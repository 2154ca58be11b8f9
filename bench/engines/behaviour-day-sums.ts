import { countDays, dayOf, NO_DAYS } from "../behaviour-days.ts";
import { behaviourEngine, compare } from "../behaviour-engine.ts";

/** Counts and sums of all days up to each: two of them answer any number of days, exact to the day only. */
export const engine = behaviourEngine(
  (history) => {
    const byName = countDays(history);
    for (const { counts, sums } of byName.values()) {
      for (let day = 1; day < counts.length; day++) {
        counts[day] = (counts[day] ?? 0) + (counts[day - 1] ?? 0);
        sums[day] = (sums[day] ?? 0) + (sums[day - 1] ?? 0);
      }
    }
    return byName;
  },
  (behaviour, byName, now) => {
    const { event, measure, days } = behaviour;
    const { counts, sums } = byName.get(event) ?? NO_DAYS;
    const last = dayOf(now) + 1;
    const before = Math.max(0, last - days);
    const count = (counts[last] ?? 0) - (counts[before] ?? 0);
    if (measure === "recency") return count > 0;
    if (measure === "count") return compare(behaviour, count);
    const sum = (sums[last] ?? 0) - (sums[before] ?? 0);
    return compare(behaviour, measure === "sum" ? sum : sum / count);
  },
);
