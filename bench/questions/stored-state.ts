import { type Behaviour, type History, makeBehaviours, makeHistories } from "../behaviour.ts";
import { askAbout } from "../behaviour-ask.ts";
import type { Question } from "../question.ts";

/** What has this user done lately? 50 conditions for one user, from what is stored: as an edge does for each batch. */
export const question: Question<Behaviour, History> = {
  title: "Reading what is stored of one user and answering 50 behavioural conditions",
  unit: "µs",
  engines: ["stored-muster", "stored-events"],
  base: "stored-muster",
  sizes: [100, 500, 10_000],
  sized: "events",
  make: (size) => ({ segments: makeBehaviours(), users: makeHistories(size) }),
  rounds: 9,
  cold: false,
  goals: [{ engine: "stored-muster", segments: 500, most: 10 }],
  measure: async (setting) => (await askAbout(setting)) * 1e3,
};
