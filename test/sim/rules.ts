import type { Rule } from "@muster/rules";

/** A segment of the simulated workspace; the admin changes it from one of its rules to another. */
export interface SimSegment {
  key: string;
  isPrivate: boolean;
  /** The first is in force at the beginning. */
  rules: readonly [Rule, ...Rule[]];
}

/** What users do. */
export const NAMES = ["view", "cart", "buy", "login"] as const;
export type EventName = (typeof NAMES)[number];

const did = (event: string, value = 1): Rule => ({ event, op: "gte", value });

/** Segments whose rules never change: whoever has done this so often is in, whatever else happens. */
export const LASTING: readonly (readonly [key: string, event: EventName, least: number])[] = [
  ["did-view", "view", 1],
  ["did-cart", "cart", 2],
];

/** One segment for each way in which a rule can depend on the past, on time, and on other segments. */
export const SEGMENTS: readonly SimSegment[] = [
  ...LASTING.map(
    ([key, event, least]): SimSegment => ({ key, isPrivate: false, rules: [did(event, least)] }),
  ),
  {
    key: "buyer",
    isPrivate: false,
    rules: [
      { event: "buy", within: { hours: 1 }, op: "gte", value: 2 },
      { event: "buy", within: { hours: 6 }, op: "gte", value: 1 },
      { event: "buy", within: { ago: [{ hours: 3 }, { minutes: 10 }] }, op: "eq", value: 0 },
    ],
  },
  {
    key: "spender",
    isPrivate: false,
    rules: [
      { event: "buy", measure: { sum: "amount" }, within: { days: 1 }, op: "gt", value: 60 },
      { event: "buy", measure: { sum: "amount" }, op: "gte", value: 90 },
      { event: "buy", measure: { avg: "amount" }, within: { hours: 12 }, op: "between", value: [20, 60] },
    ],
  },
  {
    key: "funnel",
    isPrivate: false,
    rules: [
      {
        sequence: [{ event: "view" }, { event: "cart" }, { event: "buy", atMost: { hours: 1 } }],
        within: { days: 2 },
      },
      { sequence: [{ event: "cart" }, { not: { event: "buy" }, atMost: { minutes: 30 } }] },
    ],
  },
  {
    key: "starter",
    isPrivate: false,
    rules: [
      {
        event: "buy",
        where: { all: [{ first: true }, { prop: "amount", op: "gt", value: 40 }] },
        op: "eq",
        value: 1,
      },
      { event: "login", measure: "firstTime", op: "within", value: { hours: 8 } },
    ],
  },
  {
    key: "regular",
    isPrivate: false,
    rules: [
      { event: "*", measure: "days", op: "gte", value: 2 },
      { event: "login", measure: "days", within: { days: 3 }, op: "lt", value: 2 },
    ],
  },
  {
    key: "pro",
    isPrivate: false,
    rules: [
      { trait: "plan", op: "eq", value: "pro" },
      {
        any: [
          { trait: "plan", op: "in", value: ["pro", "team"] },
          { trait: "score", op: "gt", value: 70 },
        ],
      },
    ],
  },
  {
    key: "secret",
    isPrivate: true,
    rules: [
      { all: [{ trait: "score", op: "gte", value: 50 }, did("login")] },
      { event: "view", measure: { distinct: "item" }, within: { hours: 24 }, op: "gte", value: 2 },
    ],
  },
  {
    key: "target",
    isPrivate: false,
    rules: [
      { all: [{ not: { segment: "secret" } }, { any: [{ segment: "buyer" }, { segment: "pro" }] }] },
      { all: [{ segment: "spender" }, { not: { segment: "funnel" } }] },
    ],
  },
];
