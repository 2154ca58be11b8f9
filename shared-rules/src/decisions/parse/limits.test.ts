import { describe, expect, test } from "vitest";
import { LIMITS } from "../../limits.ts";
import type { Flag } from "../definitions.ts";
import { PLACES } from "../places.ts";
import { parseDecisions } from "./parse-decisions.ts";

const list = <Item>(length: number, make: (index: number) => Item): Item[] =>
  Array.from({ length }, (_, at) => make(at));
const record = <Part>(length: number, make: (index: number) => Part): { [key: string]: Part } =>
  Object.fromEntries(list(length, (at) => [`k${at}`, make(at)]));
const text = (length: number) => "x".repeat(length);

const state = { enabled: true, off: "a", otherwise: "a" };
const plain: Flag = { type: "boolean", variations: { a: true }, ...state };
const flag = (more: object) => ({ flags: { f: { ...plain, ...more } } });
const experiment = { enabled: true, salt: "s", iteration: 1, arms: { a: [[0, PLACES]] } };
const campaign = { kind: "prompt", placement: "p", enabled: true, content: { title: "x" } };
const campaigns = (more: object) => ({ campaigns: { c: { ...campaign, ...more } } });
const content = (more: object) => campaigns({ content: { title: "x", ...more } });
const rollout = (places: unknown) => flag({ rules: [{ key: "r", rollout: { salt: "s", places } }] });
const ranges = (count: number) => list(count, (at) => [2 * at, 2 * at + 1]);
const chain = (count: number) => ({
  flags: record(count, (at) => ({ ...plain, prerequisites: at ? [{ flag: `k${at - 1}`, in: ["a"] }] : [] })),
});
const grouped = (count: number) => ({
  groups: { g: { salt: "g" } },
  experiments: record(count, (at) => ({ ...experiment, salt: `s${at}`, group: { key: "g", places: [] } })),
});
const nested = (depth: number): unknown => (depth > 1 ? [nested(depth - 1)] : []);
const json = (value: unknown) => ({ flags: { f: { ...plain, type: "json", variations: { a: value } } } });

describe("every bound at n−1, n and n+1 (law 9)", () => {
  test.each<[limit: string, n: number, make: (size: number) => unknown]>([
    ["definitions", LIMITS.definitions, (n) => ({ flags: record(n, () => plain) })],
    ["definitions", LIMITS.definitions, (n) => ({ groups: record(n, (at) => ({ salt: `s${at}` })) })],
    ["definitions", LIMITS.definitions, (n) => ({ campaigns: record(n, () => campaign) })],
    ["key", LIMITS.key, (n) => ({ flags: { [text(n)]: plain } })],
    ["key", LIMITS.key, (n) => campaigns({ placement: text(n) })],
    ["salt", LIMITS.salt, (n) => ({ groups: { g: { salt: text(n) } } })],
    [
      "name",
      LIMITS.name,
      (n) => flag({ rules: [{ key: "r", audience: { include: [text(n)] }, variation: "a" }] }),
    ],
    ["name", LIMITS.name, (n) => content({ primary: { label: "x", event: text(n) } })],
    ["variations", LIMITS.variations, (n) => flag({ variations: { a: true, ...record(n - 1, () => true) } })],
    [
      "variation",
      LIMITS.variation,
      (n) => ({ flags: { f: { ...plain, type: "string", variations: { a: text(n - 1) } } } }),
    ],
    ["variation", LIMITS.variation, (n) => json(list(n - 1, () => 0))],
    ["variation", LIMITS.variation, (n) => json({ [text(n - 2)]: 0 })],
    ["depth", LIMITS.depth, (n) => json(nested(n))],
    [
      "flagRules",
      LIMITS.flagRules,
      (n) => flag({ rules: list(n, (at) => ({ key: `r${at}`, variation: "a" })) }),
    ],
    ["overrides", LIMITS.overrides, (n) => flag({ overrides: { a: list(n, (at) => `user-${at}`) } })],
    [
      "overrides",
      LIMITS.overrides,
      (n) =>
        flag({
          variations: { a: true, b: false },
          overrides: { a: ["one"], b: list(n - 1, (at) => `user-${at}`) },
        }),
    ],
    [
      "prerequisites",
      LIMITS.prerequisites,
      (n) => ({
        flags: { o: plain, f: { ...plain, prerequisites: list(n, () => ({ flag: "o", in: [] })) } },
      }),
    ],
    ["prerequisiteChain", LIMITS.prerequisiteChain, chain],
    ["scheduled", LIMITS.scheduled, (n) => flag({ scheduled: list(n, (at) => ({ at, ...state })) })],
    [
      "arms",
      LIMITS.arms,
      (n) => ({
        experiments: { x: { ...experiment, arms: { all: [[0, PLACES]], ...record(n - 1, () => []) } } },
      }),
    ],
    ["group", LIMITS.group, grouped],
    ["ranges", LIMITS.ranges, (n) => rollout({ a: ranges(n) })],
    [
      "audience",
      LIMITS.audience,
      (n) =>
        flag({ rules: [{ key: "r", audience: { exclude: list(n, (at) => `s${at}`) }, variation: "a" }] }),
    ],
    ["title", LIMITS.title, (n) => content({ title: text(n) })],
    ["text", LIMITS.text, (n) => content({ text: text(n) })],
    ["label", LIMITS.label, (n) => content({ secondary: { label: text(n) } })],
    ["alt", LIMITS.alt, (n) => content({ image: { url: "/x", alt: text(n) } })],
    ["url", LIMITS.url, (n) => content({ image: { url: `/${text(n - 1)}`, alt: "" } })],
    [
      "url",
      LIMITS.url,
      (n) => content({ primary: { label: "x", url: `https://x.example/${text(n - 18)}` } }),
    ],
    ["delay", LIMITS.delay / 1_000, (n) => campaigns({ trigger: { on: "delay", after: { seconds: n } } })],
  ])("%s: %i", (limit, n, make) => {
    expect(parseDecisions(make(n - 1))).toMatchObject({ ok: true });
    expect(parseDecisions(make(n))).toMatchObject({ ok: true });
    expect(parseDecisions(make(n + 1))).toMatchObject({ ok: false, problem: { code: `limit-${limit}` } });
  });

  test.each<[limit: string, n: number, make: (size: number) => unknown]>([
    ["iteration", LIMITS.iteration, (iteration) => ({ experiments: { x: { ...experiment, iteration } } })],
    ["priority", LIMITS.priority, (priority) => campaigns({ priority })],
    ["priority below", LIMITS.priority, (priority) => campaigns({ priority: -priority })],
    ["cap", LIMITS.cap, (atMost) => campaigns({ caps: { atMost } })],
    ["places", PLACES, (end) => rollout({ a: [[0, end]] })],
    ["ids", LIMITS.name, (n) => flag({ overrides: { a: [text(n)] } })],
  ])("%s: %i, a value of its own", (_, n, make) => {
    expect(parseDecisions(make(n - 1))).toMatchObject({ ok: true });
    expect(parseDecisions(make(n))).toMatchObject({ ok: true });
    expect(parseDecisions(make(n + 1))).toMatchObject({ ok: false, problem: { code: "invalid-value" } });
  });

  test("a cycle longer than any chain may be is refused too", () => {
    const { flags } = chain(LIMITS.prerequisiteChain * 3);
    const first = { ...plain, prerequisites: [{ flag: `k${LIMITS.prerequisiteChain * 3 - 1}`, in: ["a"] }] };
    expect(parseDecisions({ flags: { ...flags, k0: first } })).toMatchObject({ ok: false });
  });
});
