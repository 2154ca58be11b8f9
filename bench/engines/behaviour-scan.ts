import { DAY } from "../behaviour.ts";
import { behaviourEngine, compare } from "../behaviour-engine.ts";
import { at } from "../engine.ts";

/** The events as they are, from the latest back until the window ends or the answer is known. */
export const engine = behaviourEngine(
  ({ events }) => events,
  (behaviour, events, now) => {
    const { event: name, measure, days, op, value } = behaviour;
    const from = now - days * DAY;
    let count = 0;
    let sum = 0;
    for (let index = events.length - 1; index >= 0; index--) {
      const event = at(events, index);
      if (event.ts <= from) break;
      if (event.name !== name || event.ts > now) continue;
      count++;
      if (measure === "recency") return true;
      if (measure === "count") {
        if (op === "gte" && count >= value) return true;
        if (op === "lt" && count >= value) return false;
        if (op === "eq" && count > value) return false;
      } else sum += event.props.amount as number;
    }
    if (measure === "recency") return false;
    if (measure === "count") return compare(behaviour, count);
    return compare(behaviour, measure === "sum" ? sum : sum / count);
  },
);
