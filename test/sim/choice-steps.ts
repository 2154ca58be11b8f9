import { CHANGING, FLAGS, ITERATED } from "./choices.ts";
import type { Random } from "./random.ts";
import { type Action, DEVICES, type Step, USERS } from "./steps.ts";

/** What is about decisions happens beside all else, which it leaves as it is. */
export type Choice = "decide" | "show" | "configure" | "iterate";

/** How likely something of it comes after each other step, and once more after that. */
export const CHOICE_RATE = 0.3;

const WEIGHTS = { decide: 30, show: 6, configure: 9, iterate: 1, showInTabs: 3, comeTogether: 3 };
const SECOND = 1_000;

/** Something about flags, experiments and prompts: one step, or a few that need each other. */
export function makeChoices(random: Random): Step[] {
  const what = random.weigh(WEIGHTS);
  const place = { device: random.below(DEVICES), tab: random.below(3) };
  const one = (action: Action): Step[] => [{ ...action, after: makePause(random) }];
  switch (what) {
    case "decide":
      return one({ do: what, ...place, flag: random.below(FLAGS.length), exposes: random.chance(0.9) });
    case "show":
      return one({ do: what, ...place });
    case "configure": {
      const definition = random.below(CHANGING.length);
      return one({ do: what, definition, form: random.below(CHANGING[definition]?.forms.length ?? 1) });
    }
    case "iterate":
      return one({ do: what, experiment: random.below(ITERATED.length) });
    case "showInTabs":
      return showInTabs(random, place.device);
    case "comeTogether":
      return comeTogether(random);
  }
}

/** Two tabs of a device are about to show something at once. */
function showInTabs(random: Random, device: number): Step[] {
  const show = (tab: number, after: number): Step => ({ do: "show", device, tab, after });
  return [
    { do: "open", device, after: makePause(random) },
    show(0, random.between(SECOND, 3 * SECOND)),
    show(1, random.below(8)),
  ];
}

/** Two devices of which each has shown an arm turn out to be one user's. */
function comeTogether(random: Random): Step[] {
  const user = random.below(USERS.length);
  const flag = random.below(FLAGS.length);
  const tab = random.below(2);
  const decide = (device: number, after: number): Step => ({
    do: "decide",
    device,
    tab,
    flag,
    exposes: true,
    after,
  });
  const identify = (device: number, after: number): Step => ({
    do: "identify",
    device,
    tab,
    user,
    plan: null,
    after,
  });
  return [
    decide(0, makePause(random)),
    decide(1, makePause(random)),
    identify(0, makePause(random)),
    identify(1, makePause(random)),
    decide(0, 5 * SECOND),
    decide(1, makePause(random)),
  ];
}

function makePause(random: Random): number {
  return random.pick([0, random.below(40), random.below(5 * SECOND)]);
}
