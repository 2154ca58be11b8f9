import { CurrentMemberships, type User } from "@muster/rules";
import type { Behaviour, History } from "../behaviour.ts";
import { loadBehaviours, writeBehaviours } from "../behaviour-rules.ts";
import { openStates } from "../behaviour-states.ts";
import { at, type Engine } from "../engine.ts";

/**
 * Memberships that are kept current, as the product asks: an answer stands until its `until`, so that time evaluates only
 * what is due. That is no evaluation of every condition; where the instants begin anew, all are evaluated.
 */
export const engine: Engine<Behaviour, History, CurrentMemberships> = {
  write: writeBehaviours,
  open(text, histories) {
    const { plan, keys } = loadBehaviours(text);
    const people = openStates(plan, histories);
    const kept = new Map<User, CurrentMemberships>();
    const decideAll = (person: number) => {
      const { user, now } = at(people, person);
      const memberships = kept.get(user) ?? new CurrentMemberships(plan, user, now);
      kept.set(user, memberships);
      memberships.advance(user, now);
      return memberships;
    };
    return {
      decideAll,
      decideOne: (behaviour, person) => decideAll(person).has(at(keys, behaviour)),
      has: (memberships, behaviour) => memberships.has(at(keys, behaviour)),
    };
  },
};
