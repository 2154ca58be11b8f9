import { type Behaviour, type History, makeBehaviours, makeHistories } from "../behaviour.ts";
import { askAbout } from "../behaviour-ask.ts";
import type { Question } from "../question.ts";

/** What has this user done lately? 50 conditions on the events of one user, whose past is in memory. */
export const question: Question<Behaviour, History> = {
  title: "50 behavioural conditions for one user, each",
  unit: "ns",
  engines: [
    "behaviour-scan",
    "behaviour-muster",
    "behaviour-muster-kept",
    "behaviour-columns",
    "behaviour-sqlite",
    "behaviour-day-buckets",
    "behaviour-day-sums",
  ],
  rough: ["behaviour-day-buckets", "behaviour-day-sums"],
  base: "behaviour-day-sums",
  sizes: [100, 500, 1_000, 10_000],
  sized: "events",
  make: (size) => ({ segments: makeBehaviours(), users: makeHistories(size) }),
  rounds: 9,
  cold: false,
  goals: [100, 500, 1_000, 10_000].flatMap((segments) => [
    { engine: "behaviour-muster", segments, against: "behaviour-day-sums", most: 2 },
    ...(segments === 500
      ? [{ engine: "behaviour-muster", segments, against: "behaviour-scan", most: 1 / 20 }]
      : []),
  ]),
  measure: async (setting) => ((await askAbout(setting)) * 1e6) / setting.segments,
};
