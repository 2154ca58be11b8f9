import { compile, type Rule } from "@muster/rules";

const MINUTE = { minutes: 1 } as const;

/** One of each way to keep a past. With events of the last hours none of them changes by time during the test. */
export const RULES: Readonly<Record<string, Rule>> = {
  buyer: { event: "buy", op: "gte", value: 8 },
  "recent-buyer": { event: "buy", within: { days: 7 }, op: "gte", value: 5 },
  spender: { event: "buy", measure: { sum: "amount" }, within: { days: 30 }, op: "gt", value: 500 },
  "even-spender": { event: "buy", measure: { avg: "amount" }, op: "gte", value: 50 },
  curious: { event: "view", measure: { distinct: "sku" }, op: "gte", value: 6 },
  "began-with-lamp": { event: "view", measure: { first: "sku" }, op: "eq", value: "lamp-1" },
  abandoner: { sequence: [{ event: "cart" }, { not: { event: "buy" }, atMost: MINUTE }] },
  "cart-then-buy": { sequence: [{ event: "cart" }, { event: "buy", atMost: { hours: 1 } }] },
  pro: { trait: "plan", op: "eq", value: "pro" },
  "pro-buyer": { all: [{ segment: "pro" }, { event: "buy", op: "gte", value: 4 }] },
};

export const PLAN = compile({
  zone: "UTC",
  segments: Object.fromEntries(Object.entries(RULES).map(([key, rule]) => [key, { rule }])),
  computed: {},
});
