import { decider, evaluate, type Memberships } from "@muster/rules";
import type { Behaviour, History } from "../behaviour.ts";
import { loadBehaviours, writeBehaviours } from "../behaviour-rules.ts";
import { openStates } from "../behaviour-states.ts";
import { at, type Engine } from "../engine.ts";

/** The state as it stands in memory; each answer says until when it stands. */
export const engine: Engine<Behaviour, History, Memberships> = {
  write: writeBehaviours,
  open(text, histories) {
    const { plan, keys } = loadBehaviours(text);
    const people = openStates(plan, histories);
    const deciders = keys.map((key) => decider(plan, key));
    return {
      decideOne: (behaviour, person) => {
        const { user, now } = at(people, person);
        return at(deciders, behaviour)(user, now);
      },
      decideAll: (person) => {
        const { user, now } = at(people, person);
        return evaluate(plan, user, now);
      },
      has: (answers, behaviour) => answers.has(at(keys, behaviour)),
    };
  },
};
