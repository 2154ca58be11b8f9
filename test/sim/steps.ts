import { CHOICE_RATE, type Choice, makeChoices } from "./choice-steps.ts";
import { Random } from "./random.ts";
import { type EventName, NAMES, SEGMENTS } from "./rules.ts";

/** One thing that someone does. Indices are taken modulo what is there. */
export type Action =
  | { do: "track"; device: number; tab: number; name: EventName; amount: number; item: string }
  | { do: "identify"; device: number; tab: number; user: number; plan: string | null }
  | { do: "setTraits"; device: number; tab: number; plan: string | null; score: number }
  | { do: "reset" | "erase" | "flush" | "close" | "leave" | "crash"; device: number; tab: number }
  | { do: "open" | "fillDisk" | "freeDisk"; device: number }
  /** A device is off the network for so many ms. */
  | { do: "offline"; device: number; for: number }
  | { do: "cron" | "refresh" | "crashEdge" }
  | { do: "define"; segment: number; rule: number }
  | {
      do: "batch";
      user: number;
      name: EventName;
      amount: number;
      item: string;
      ago: number;
      plan: string | null;
    }
  | { do: "evaluate"; user: number }
  | { do: "eraseUser"; user: number }
  /** A backend reports once more, for a user, what a browser has reported for an anonymous one. */
  | { do: "echo"; user: number; op: number }
  /** A page asks for a flag, or only looks at it. */
  | { do: "decide"; device: number; tab: number; flag: number; exposes: boolean }
  /** A page shows what there is to show. */
  | { do: "show"; device: number; tab: number }
  | { do: "configure"; definition: number; form: number }
  | { do: "iterate"; experiment: number };

export type ActionOf<Do extends Action["do"]> = Action & { do: Do };

/** An action, `after` ms after the one before. */
export type Step = Action & { after: number };

/** At most so many devices are in a run. */
export const DEVICES = 3;
export const USERS = ["ann", "bob"] as const;

/** The id of a user by number. */
export function nameOf(user: number): string {
  return USERS[user % USERS.length] ?? USERS[0];
}

const WEIGHTS: { readonly [D in Exclude<Action["do"], Choice>]: number } = {
  track: 40,
  identify: 7,
  setTraits: 6,
  reset: 2,
  erase: 1,
  flush: 4,
  close: 2,
  leave: 3,
  crash: 4,
  open: 6,
  offline: 3,
  fillDisk: 1,
  freeDisk: 1,
  cron: 3,
  refresh: 1,
  crashEdge: 1,
  define: 4,
  batch: 6,
  echo: 4,
  evaluate: 2,
  eraseUser: 1,
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const PLANS = ["free", "pro", "team", null] as const;
const ITEMS = ["hat", "shoe", "bag"] as const;

/** What happens in a run, made of its seed. */
export function makeSteps(seed: number): Step[] {
  const random = new Random(seed, "steps");
  const choices = new Random(seed, "choices");
  const steps: Step[] = [];
  let left = random.between(12, 34);
  while (left > 0) {
    const next = random.chance(0.06)
      ? makeRace(random)
      : [{ ...makeAction(random), after: makePause(random) }];
    left -= next.length;
    steps.push(...next);
    while (choices.chance(CHOICE_RATE)) steps.push(...makeChoices(choices));
  }
  return steps;
}

/** On one device: while a request is under way that carries an operation, somebody else comes, or a tab goes. */
function makeRace(random: Random): Step[] {
  const place = { device: random.below(DEVICES), tab: 0 };
  const track = (after: number): Step => ({ ...makeEvent(random), ...place, do: "track", after });
  const change = random.pick(["erase", "erase", "reset", "crash", "leave", "close"] as const);
  return [
    track(makePause(random)),
    { ...place, tab: random.below(2), do: change, after: random.between(990, 1_060) },
    track(random.below(20)),
  ];
}

function makeEvent(random: Random) {
  return { name: random.pick(NAMES), amount: random.between(1, 60), item: random.pick(ITEMS) };
}

function makeAction(random: Random): Action {
  const what = random.weigh(WEIGHTS);
  const device = random.below(DEVICES);
  const tab = random.below(3);
  const user = random.below(USERS.length);
  const event = makeEvent(random);
  switch (what) {
    case "track":
      return { do: what, device, tab, ...event };
    case "identify":
      return { do: what, device, tab, user, plan: random.pick(PLANS) };
    case "setTraits":
      return { do: what, device, tab, plan: random.pick(PLANS), score: random.below(100) };
    case "reset":
    case "erase":
    case "flush":
    case "close":
    case "leave":
    case "crash":
      return { do: what, device, tab };
    case "open":
    case "fillDisk":
    case "freeDisk":
      return { do: what, device };
    case "offline":
      return { do: what, device, for: random.below(random.chance(0.5) ? MINUTE : HOUR) };
    case "cron":
    case "refresh":
    case "crashEdge":
      return { do: what };
    case "define": {
      const segment = random.below(SEGMENTS.length);
      return { do: what, segment, rule: random.below(SEGMENTS[segment]?.rules.length ?? 1) };
    }
    case "batch":
      return { do: what, user, ...event, ago: random.below(4) * HOUR, plan: random.pick(PLANS) };
    case "echo":
      return { do: what, user, op: random.below(1_000) };
    case "evaluate":
    case "eraseUser":
      return { do: what, user };
  }
}

function makePause(random: Random): number {
  const kind = random.weigh({ none: 20, ms: 25, seconds: 30, minutes: 15, hours: 8, days: 2 });
  switch (kind) {
    case "none":
      return 0;
    case "ms":
      return random.below(40);
    case "seconds":
      return random.below(5 * SECOND);
    case "minutes":
      return random.below(20 * MINUTE);
    case "hours":
      return random.below(5 * HOUR);
    case "days":
      return random.below(48 * HOUR);
  }
}
