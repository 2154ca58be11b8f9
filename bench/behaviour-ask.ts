import type { Behaviour, History } from "./behaviour.ts";
import { timeEach } from "./clock.ts";
import { type Setting, swallow } from "./question.ts";

/** The mean time (ms) of asking about all behaviours of one person; each call takes the next one. */
export async function askAbout(setting: Setting<Behaviour, History>): Promise<number> {
  const { users, segments } = setting;
  const decider = await setting.decider();
  const look = (answers: unknown) => swallow(decider.has(answers, setting.cursor % segments));
  const askAll = () => {
    setting.cursor = (setting.cursor + 1) % users.length;
    const answers = decider.decideAll(setting.cursor);
    return answers instanceof Promise ? answers.then(look) : look(answers);
  };
  return timeEach(askAll, 20);
}
