import { timeEach } from "./clock.ts";
import { at } from "./engine.ts";
import { type Setting, swallow } from "./question.ts";
import { Random } from "./random.ts";

/** The mean time of one question about one user, in ns: each user is asked about everything in turn. */
export async function askEach<S, U>(setting: Setting<S, U>): Promise<number> {
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
}
