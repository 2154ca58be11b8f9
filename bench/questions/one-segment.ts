import { timeEach } from "../clock.ts";
import { at } from "../engine.ts";
import { makeTraitSegments, PEERS, type Question, swallow } from "../question.ts";
import { Random } from "../random.ts";

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
  async measure(setting) {
    const { users } = setting;
    const decider = await setting.decider();
    const order = new Random(3).shuffle(Array.from({ length: setting.segments }, (_, index) => index));
    let next = 0;
    const askOne = () => {
      const answer = decider.decideOne(at(order, next), setting.cursor);
      // A user is asked about each segment, then comes the next one.
      if (++next === order.length) {
        next = 0;
        setting.cursor = (setting.cursor + 1) % users.length;
      }
      return typeof answer === "boolean" ? swallow(answer) : answer.then(swallow);
    };
    return (await timeEach(askOne, 1_000)) * 1e6;
  },
};
