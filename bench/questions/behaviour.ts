import { type Behaviour, type History, makeBehaviours, makeHistories } from "../behaviour.ts";
import { timeEach } from "../clock.ts";
import { type Question, swallow } from "../question.ts";

/** What has this user done lately? 50 conditions on the events of one user, whose past is in memory. */
export const question: Question<Behaviour, History> = {
  title: "50 behavioural conditions for one user, each",
  unit: "ns",
  engines: [
    "behaviour-scan",
    "behaviour-muster",
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
  async measure(setting) {
    const { users, segments } = setting;
    const decider = await setting.decider();
    const look = (answers: unknown) => swallow(decider.has(answers, setting.cursor % segments));
    const askAll = () => {
      setting.cursor = (setting.cursor + 1) % users.length;
      const answers = decider.decideAll(setting.cursor);
      return answers instanceof Promise ? answers.then(look) : look(answers);
    };
    return ((await timeEach(askAll, 100)) * 1e6) / segments;
  },
};
