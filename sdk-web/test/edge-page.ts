import type { CreateSegmentRequest } from "@muster/rules/wire";

/** What the edge decides in the test. */
export const SEGMENTS: CreateSegmentRequest[] = [
  { key: "viewer", name: "Views", rule: { event: "view", op: "gte", value: 3 } },
  {
    key: "cart-abandoner",
    name: "Left the cart",
    rule: { sequence: [{ event: "add" }, { not: { event: "buy" }, atMost: { minutes: 10 } }] },
  },
  {
    key: "today",
    name: "Came today",
    rule: { event: "visit", within: { calendar: "day" }, op: "gte", value: 1 },
  },
  { key: "desktop", name: "At a desk", rule: { trait: "device.type", op: "eq", value: "desktop" } },
  { key: "gmail", name: "Mail", rule: { trait: "email", op: "endsWith", value: "@gmail.com" } },
  { key: "vip", name: "Chosen", type: "static", members: ["anna"] },
];

/** The page: a client whose key, endpoint and clock the test chooses, with what it said. */
export const PAGE = `
  import { createClient } from "/index.js";
  import { explain } from "/explain.js";
  const [key, endpoint] = JSON.parse(localStorage.options);
  globalThis.offset = Number(localStorage.offset ?? 0);
  globalThis.heard = [];
  globalThis.problems = [];
  globalThis.explain = explain;
  globalThis.client = createClient({
    key, endpoint, onError: (problem) => problems.push(problem), now: () => Date.now() + offset,
  });
  client.subscribe((change) => heard.push(change));
  document.documentElement.dataset.ready = "";
`;
