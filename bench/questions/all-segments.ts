import { timeEach } from "../clock.ts";
import { makeTraitSegments, PEERS, type Question, swallow } from "../question.ts";

/** Which segments is this user in? As a page asks when it loads, and an edge for each batch of events. */
export const question: Question = {
  title: "All segments of one user",
  unit: "µs",
  engines: PEERS,
  base: "if-code",
  sizes: [10, 100, 1_000],
  make: makeTraitSegments,
  rounds: 9,
  cold: false,
  goals: [
    { engine: "muster", segments: 100, against: "if-code", most: 1.2 },
    { engine: "muster", segments: 1_000, against: "growthbook", most: 1 / 20 },
  ],
  async measure(setting) {
    const { users, segments } = setting;
    const decider = await setting.decider();
    const look = (answers: unknown) => swallow(decider.has(answers, setting.cursor % segments));
    const askAll = () => {
      setting.cursor = (setting.cursor + 1) % users.length;
      const answers = decider.decideAll(setting.cursor);
      return answers instanceof Promise ? answers.then(look) : look(answers);
    };
    return (await timeEach(askAll, 100)) * 1e3;
  },
};
