import { DAY, type Event } from "../behaviour.ts";
import { behaviourEngine, compare } from "../behaviour-engine.ts";

interface Columns {
  instants: Float64Array;
  amounts: Float64Array;
}

const NONE: Columns = { instants: new Float64Array(), amounts: new Float64Array() };

/** Instants and amounts of each name as typed arrays, in order, added up from the latest back. */
export const engine = behaviourEngine(
  ({ events }) => {
    const byName = new Map<string, Event[]>();
    for (const event of events) byName.set(event.name, [...(byName.get(event.name) ?? []), event]);
    return new Map(
      [...byName].map(([name, named]) => [
        name,
        {
          instants: Float64Array.from(named, ({ ts }) => ts),
          amounts: Float64Array.from(named, ({ props }) => Number(props.amount ?? 0)),
        },
      ]),
    );
  },
  (behaviour, columns, now) => {
    const { event, measure, days } = behaviour;
    const { instants, amounts } = columns.get(event) ?? NONE;
    const from = now - days * DAY;
    let end = instants.length;
    while (end > 0 && (instants[end - 1] ?? 0) > now) end--;
    if (measure === "recency") return end > 0 && (instants[end - 1] ?? 0) > from;
    let begin = end;
    let sum = 0;
    while (begin > 0 && (instants[begin - 1] ?? 0) > from) sum += amounts[--begin] ?? 0;
    if (measure === "count") return compare(behaviour, end - begin);
    return compare(behaviour, measure === "sum" ? sum : sum / (end - begin));
  },
);
