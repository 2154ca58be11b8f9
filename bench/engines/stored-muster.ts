import { evaluate, type Memberships } from "@muster/rules";
import { rebuild, UserState } from "@muster/rules/state";
import { type Behaviour, type History, TODAY } from "../behaviour.ts";
import { loadBehaviours, writeBehaviours } from "../behaviour-rules.ts";
import { openStored } from "../behaviour-stored.ts";
import type { Engine } from "../engine.ts";

/** The stored text of a state, which is read for each question. */
export const engine: Engine<Behaviour, History, Memberships> = {
  write: writeBehaviours,
  open(text, histories) {
    const { plan, keys } = loadBehaviours(text);
    return openStored(
      keys,
      histories,
      ({ events }) => JSON.stringify(rebuild(plan, events).save(TODAY)),
      (stored, now) => {
        const past = new UserState(plan, JSON.parse(stored)).of(plan);
        return evaluate(plan, { traits: {}, events: [], past }, now);
      },
    );
  },
};
