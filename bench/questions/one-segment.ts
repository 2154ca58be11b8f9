import { askEach } from "../ask-each.ts";
import { makeTraitSegments, PEERS, type Question } from "../question.ts";

/** Is this user in that segment? One call a question, as at a gate in a backend. */
export const question: Question = {
  title: "One segment for one user",
  unit: "ns",
  engines: PEERS,
  base: "if-code",
  sizes: [100],
  make: makeTraitSegments,
  rounds: 9,
  cold: false,
  goals: [
    { engine: "muster", segments: 100, against: "if-code", most: 2 },
    { engine: "muster", segments: 100, against: "json-logic-engine", most: 1 / 3 },
    { engine: "muster", segments: 100, against: "growthbook", most: 1 / 10 },
  ],
  measure: askEach,
};
