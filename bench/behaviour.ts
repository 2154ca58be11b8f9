import { at } from "./engine.ts";
import { Random } from "./random.ts";

export const DAY = 86_400_000;
/** The day on which all are asked, and how far back events lie. */
export const TODAY = Date.UTC(2026, 0, 1);
export const DAYS = 90;

/** What an event is called, and its share of all. Those with an amount have two decimal places. */
const NAMES = [
  { name: "visit", share: 0.3, amount: false },
  { name: "view", share: 0.25, amount: false },
  { name: "search", share: 0.12, amount: false },
  { name: "click", share: 0.1, amount: false },
  { name: "add_to_cart", share: 0.08, amount: true },
  { name: "purchase", share: 0.06, amount: true },
  { name: "share", share: 0.04, amount: false },
  { name: "review", share: 0.03, amount: false },
  { name: "refund", share: 0.015, amount: true },
  { name: "support", share: 0.005, amount: false },
] as const;

export interface Event {
  id: string;
  name: string;
  ts: number;
  props: { readonly [name: string]: unknown };
}

/** What someone did, oldest first, and when they are asked about. */
export interface History {
  events: readonly Event[];
  now: number;
}

/** What someone did in the last so many days, compared with a number. Recency is a count that is not 0. */
export interface Behaviour {
  key: string;
  event: string;
  measure: "count" | "sum" | "avg" | "recency";
  days: number;
  op: "gte" | "lt" | "eq";
  value: number;
}

const AMOUNTS = NAMES.filter(({ amount }) => amount).map(({ name }) => name);

/** 50 conditions: 20 counts, 8 did not, 10 sums, 5 averages, 7 of recency. */
export function makeBehaviours(seed = 5): Behaviour[] {
  const random = new Random(seed);
  const make = (count: number, one: () => Omit<Behaviour, "key">): Omit<Behaviour, "key">[] =>
    Array.from({ length: count }, one);
  const days = () => random.pick([7, 14, 30, 60, 90]);
  const any = () => random.pick(NAMES).name;
  const behaviours = [
    ...make(20, () => ({
      event: any(),
      measure: "count",
      days: days(),
      op: random.pick(["gte", "lt"]),
      value: random.integer(1, 10),
    })),
    ...make(8, () => ({ event: any(), measure: "count", days: days(), op: "eq", value: 0 })),
    ...make(10, () => ({
      event: random.pick(AMOUNTS),
      measure: "sum",
      days: days(),
      op: random.pick(["gte", "lt"]),
      value: random.integer(1, 40) * 50 + 0.005,
    })),
    ...make(5, () => ({
      event: random.pick(AMOUNTS),
      measure: "avg",
      days: days(),
      op: "gte",
      value: random.integer(20, 80) + 0.005,
    })),
    ...make(7, () => ({ event: any(), measure: "recency", days: days(), op: "gte", value: 1 })),
  ];
  return behaviours.map((behaviour, index) => ({ ...behaviour, key: `behaviour-${index}` }));
}

/** The least and the most ms between two questions about one person: seconds to minutes, as while pages are looked at. */
const [SOON, LATE] = [1_000, 600_000];

/** A few people with so many events each in the last 90 days, each asked about again and again today, later each time. */
export function makeHistories(events: number, people = 4, instants = 128, seed = 6): History[] {
  const random = new Random(seed);
  return Array.from({ length: people }, (_, person) => {
    const times = Array.from({ length: events }, () => TODAY - random.integer(0, DAYS * DAY));
    const history = times
      .sort((a, b) => a - b)
      .map((ts, index) => makeEvent(`${person}-${index}`, ts, random));
    let now = TODAY + random.integer(1, DAY / 2);
    return Array.from({ length: instants }, () => {
      now += Math.round(SOON * (LATE / SOON) ** random.unit());
      return { events: history, now };
    });
  }).flat();
}

function makeEvent(id: string, ts: number, random: Random): Event {
  let place = random.unit();
  const kind = NAMES.find(({ share }) => (place -= share) < 0) ?? at(NAMES, 0);
  const amount = { amount: random.integer(100, 9_999) / 100 };
  return { id, name: kind.name, ts, props: kind.amount ? amount : { page: random.integer(1, 50) } };
}
