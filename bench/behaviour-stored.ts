import type { Memberships } from "@muster/rules";
import type { History } from "./behaviour.ts";
import { at, type Decider } from "./engine.ts";

/** Decides from what is stored of each person, anew each time; `bytes` is the mean length of that. */
export function openStored(
  keys: readonly string[],
  histories: readonly History[],
  store: (history: History) => string,
  answer: (stored: string, now: number) => Memberships,
): Decider<Memberships> {
  const known = new Map<History["events"], string>();
  const people = histories.map((history) => {
    const stored = known.get(history.events) ?? store(history);
    known.set(history.events, stored);
    return { stored, now: history.now };
  });
  const decideAll = (person: number) => {
    const { stored, now } = at(people, person);
    return answer(stored, now);
  };
  return {
    decideAll,
    decideOne: (behaviour, person) => decideAll(person).has(at(keys, behaviour)),
    has: (answers, behaviour) => answers.has(at(keys, behaviour)),
    bytes: people.reduce((sum, { stored }) => sum + Buffer.byteLength(stored), 0) / people.length,
  };
}
