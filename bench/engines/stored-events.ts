import { evaluate, type Memberships } from "@muster/rules";
import type { Behaviour, History } from "../behaviour.ts";
import { loadBehaviours, writeBehaviours } from "../behaviour-rules.ts";
import { openStored } from "../behaviour-stored.ts";
import type { Engine } from "../engine.ts";

/** The events as JSON, which are read and evaluated as a list for each question. */
export const engine: Engine<Behaviour, History, Memberships> = {
  write: writeBehaviours,
  open(text, histories) {
    const { plan, keys } = loadBehaviours(text);
    return openStored(
      keys,
      histories,
      ({ events }) => JSON.stringify(events),
      (stored, now) => evaluate(plan, { traits: {}, events: JSON.parse(stored) }, now),
    );
  },
};
