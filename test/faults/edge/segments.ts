import { compile, type Plan, type Rule } from "@muster/rules";

const MINUTE = { minutes: 1 } as const;

/** One of each way to keep a past. With events of the last hours none of them changes by time during the test. */
const FIRST: Readonly<Record<string, Rule>> = {
  buyer: { event: "buy", op: "gte", value: 8 },
  "recent-buyer": { event: "buy", within: { days: 7 }, op: "gte", value: 5 },
  spender: { event: "buy", measure: { sum: "amount" }, within: { days: 30 }, op: "gt", value: 500 },
  curious: { event: "view", measure: { distinct: "sku" }, op: "gte", value: 6 },
  "began-with-lamp": { event: "view", measure: { first: "sku" }, op: "eq", value: "lamp-1" },
  abandoner: { sequence: [{ event: "cart" }, { not: { event: "buy" }, atMost: MINUTE }] },
  pro: { trait: "plan", op: "eq", value: "pro" },
  "pro-buyer": { all: [{ segment: "pro" }, { event: "buy", op: "gte", value: 4 }] },
};

/** Those that come while the edge is at work, and ask for what no state has kept so far. */
const LATER: Readonly<Record<string, Rule>> = {
  "even-spender": { event: "buy", measure: { avg: "amount" }, op: "gte", value: 50 },
  "cart-then-buy": { sequence: [{ event: "cart" }, { event: "buy", atMost: { hours: 1 } }] },
  "lamp-lover": {
    event: "view",
    where: { prop: "sku", op: "eq", value: "lamp-2" },
    within: { days: 7 },
    op: "gte",
    value: 3,
  },
};

export const RULES: Readonly<Record<string, Rule>> = { ...FIRST, ...LATER };
export const FIRST_KEYS = Object.keys(FIRST);
export const LATER_KEYS = Object.keys(LATER);

/** A plan of some of the rules. */
export function planOf(keys: readonly string[]): Plan {
  const segments = Object.entries(RULES).flatMap(([key, rule]) =>
    keys.includes(key) ? [[key, { rule }]] : [],
  );
  return compile({ zone: "UTC", segments: Object.fromEntries(segments), computed: {} });
}
