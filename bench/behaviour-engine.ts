import type { Behaviour, History } from "./behaviour.ts";
import { at, type Decider, decideEach, type Engine } from "./engine.ts";

/** An engine that prepares each history and is asked about one behaviour at a time. */
export function behaviourEngine<Prepared>(
  prepare: (history: History) => Prepared,
  answer: (behaviour: Behaviour, prepared: Prepared, now: number) => boolean,
): Engine<Behaviour, History> {
  return {
    write: (behaviours) => JSON.stringify(behaviours),
    open(text, histories): Decider {
      const behaviours: Behaviour[] = JSON.parse(text);
      const known = new Map<History["events"], Prepared>();
      const people = histories.map((history) => {
        const prepared = known.get(history.events) ?? prepare(history);
        known.set(history.events, prepared);
        return { prepared, now: history.now };
      });
      return decideEach(behaviours.length, (behaviour, person) => {
        const { prepared, now } = at(people, person);
        return answer(at(behaviours, behaviour), prepared, now);
      });
    },
  };
}

/** Compares a measure; one that is absent holds for nothing. */
export function compare({ op, value }: Behaviour, measured: number): boolean {
  if (op === "eq") return measured === value;
  return op === "gte" ? measured >= value : measured < value;
}
