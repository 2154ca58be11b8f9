import { countDays, dayOf, NO_DAYS } from "../behaviour-days.ts";
import { behaviourEngine, compare } from "../behaviour-engine.ts";

/** A count and a sum for each day, added up day by day: exact to the day only. */
export const engine = behaviourEngine(countDays, (behaviour, byName, now) => {
  const { event, measure, days } = behaviour;
  const { counts, sums } = byName.get(event) ?? NO_DAYS;
  const last = dayOf(now) + 1;
  let count = 0;
  let sum = 0;
  for (let day = Math.max(1, last - days + 1); day <= last; day++) {
    count += counts[day] ?? 0;
    sum += sums[day] ?? 0;
  }
  if (measure === "recency") return count > 0;
  if (measure === "count") return compare(behaviour, count);
  return compare(behaviour, measure === "sum" ? sum : sum / count);
});
