import { decider, evaluate, type Memberships } from "@muster/rules";
import { rebuild, UserState } from "@muster/rules/state";
import { type Behaviour, type History, TODAY } from "../behaviour.ts";
import { loadBehaviours, writeBehaviours } from "../behaviour-rules.ts";
import { at, type Engine } from "../engine.ts";

/** The state as it stands in memory; each answer says until when it stands. */
export const engine: Engine<Behaviour, History, Memberships> = {
  write: writeBehaviours,
  open(text, histories) {
    const { plan, keys } = loadBehaviours(text);
    const states = new Map<History["events"], UserState>();
    const people = histories.map(({ events, now }) => {
      const state = states.get(events) ?? new UserState(plan, rebuild(plan, events).save(TODAY));
      states.set(events, state);
      return { user: { traits: {}, events: [], past: state.of(plan) }, now };
    });
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
