import { exposureIdOf } from "./judge.ts";
import type { Expected, Happening, Person, Question } from "./set.ts";
import { DAY, HOUR, T } from "./sets.ts";

/** A question whose answer was worked out by hand; the oracle has to agree. */
export interface HandCase extends Question {
  id: string;
  expect: Expected;
  until: number | null;
}

type Rest = Partial<Question> & { until?: number | null };

function hand(
  id: string,
  ask: Question["ask"],
  user: Partial<Person>,
  expect: Expected,
  rest: Rest = {},
): HandCase {
  const { until = null, ...more } = rest;
  const [group = ""] = id.split("/");
  return {
    id: `hand/${id}`,
    with: group,
    now: T,
    ask,
    user: { traits: {}, events: [], ...user },
    expect,
    until,
    ...more,
  };
}

const flag = (key: string) => ({ flag: key });
const ann = { id: "ann" };
const edge = { id: "edge" };
const beta = { beta: true };
const visits = (...times: number[]): Happening[] =>
  times.map((ts, index) => ({ id: `v${index}`, name: "visit", ts, props: {} }));
const event = (id: string, name: string, ts: number, props: Happening["props"]): Happening => ({
  id,
  name,
  ts,
  props,
});
const seen = (id: string, ts: number, experiment: string, iteration: number, variation: string) =>
  event(id, "$exposure", ts, { experiment, iteration, variation });
const shown = (id: string, ts: number, campaign: string, action = "shown") =>
  event(id, "$prompt", ts, { campaign, action });

const off = { value: false, variation: "off" };
const on = { value: true, variation: "on" };
const unknown = { reason: "ERROR", errorCode: "FLAG_NOT_FOUND" };
const nothing = { reason: "DEFAULT" };

const targeting = [
  hand("targeting/no-rules", flag("plain"), ann, { ...off, reason: "DEFAULT" }),
  hand("targeting/otherwise-on", flag("always"), ann, { ...on, reason: "DEFAULT" }),
  hand("targeting/disabled", flag("dark"), ann, { ...off, reason: "DISABLED" }),
  hand("targeting/nobody-at-all", flag("always"), {}, { ...on, reason: "DEFAULT" }),
  hand(
    "targeting/included",
    flag("beta-only"),
    { ...ann, traits: beta },
    { ...on, reason: "TARGETING_MATCH", rule: "beta" },
  ),
  hand("targeting/not-included", flag("beta-only"), ann, { ...off, reason: "DEFAULT" }),
  hand(
    "targeting/no-coercion",
    flag("beta-only"),
    { traits: { beta: "true" } },
    { ...off, reason: "DEFAULT" },
  ),
  hand(
    "targeting/any-of-two",
    flag("mixed"),
    { traits: { spent: 100 } },
    { ...on, reason: "TARGETING_MATCH", rule: "some" },
  ),
  hand(
    "targeting/excluded",
    flag("mixed"),
    { traits: beta, events: visits(T - 1, T - 2) },
    { ...off, reason: "DEFAULT" },
    { until: T - 2 + 7 * DAY },
  ),
  hand(
    "targeting/inline",
    flag("inline"),
    { traits: { plan: "pro" }, events: [event("1", "purchase", T, {})] },
    {
      ...on,
      reason: "TARGETING_MATCH",
      rule: "shoppers",
    },
  ),
  hand(
    "targeting/inline-too-early",
    flag("inline"),
    { traits: { plan: "pro" }, events: [event("1", "purchase", T + 1, {})] },
    { ...off, reason: "DEFAULT" },
    { until: T + 1 },
  ),
  hand("targeting/include-nobody", flag("nobody"), ann, { ...off, reason: "DEFAULT" }),
  hand("targeting/audience-of-all", flag("empty"), {}, { ...on, reason: "TARGETING_MATCH", rule: "all" }),
  hand("targeting/override", flag("theme"), ann, {
    value: "dark",
    variation: "dark",
    reason: "TARGETING_MATCH",
  }),
  hand(
    "targeting/override-by-device",
    flag("theme"),
    { anonymousId: "device-9" },
    {
      value: "dark",
      variation: "dark",
      reason: "TARGETING_MATCH",
    },
  ),
  hand(
    "targeting/override-not-by-device-of-a-user",
    flag("theme"),
    { id: "zoe", anonymousId: "device-9" },
    {
      value: "light",
      variation: "light",
      reason: "DEFAULT",
    },
  ),
  hand(
    "targeting/override-before-rules",
    flag("theme"),
    { id: "bob", traits: beta },
    {
      value: "",
      variation: "blue",
      reason: "TARGETING_MATCH",
    },
  ),
  hand(
    "targeting/first-rule-wins",
    flag("theme"),
    { traits: { beta: true, spent: 100 } },
    {
      value: "",
      variation: "blue",
      reason: "TARGETING_MATCH",
      rule: "vips",
    },
  ),
  hand(
    "targeting/number",
    flag("limit"),
    { traits: { spent: 100 } },
    {
      value: 1_000_000,
      variation: "high",
      reason: "TARGETING_MATCH",
      rule: "vips",
    },
  ),
  hand(
    "targeting/number-below",
    flag("limit"),
    { traits: { spent: 99 } },
    {
      value: 10,
      variation: "low",
      reason: "DEFAULT",
    },
  ),
  hand(
    "targeting/json-list",
    flag("layout"),
    { id: "carl" },
    {
      value: [1, null],
      variation: "list",
      reason: "TARGETING_MATCH",
    },
  ),
  hand(
    "targeting/json-leaves",
    flag("layout"),
    { events: visits(T - 7 * DAY + 1, T) },
    { value: { columns: 3, order: ["a", "b"] }, variation: "new", reason: "TARGETING_MATCH", rule: "recent" },
    { until: T + 1 },
  ),
  hand(
    "targeting/just-left",
    flag("layout"),
    { events: visits(T - 7 * DAY, T) },
    {
      value: { columns: 1 },
      variation: "old",
      reason: "DEFAULT",
    },
  ),
  hand("targeting/default-of-its-type", { flag: "plain", default: true }, ann, { ...off, reason: "DEFAULT" }),
  hand("targeting/default-of-another-type", { flag: "plain", default: "x" }, ann, {
    value: "x",
    reason: "ERROR",
    errorCode: "TYPE_MISMATCH",
  }),
  hand("targeting/default-0-for-text", { flag: "theme", default: 0 }, ann, {
    value: 0,
    reason: "ERROR",
    errorCode: "TYPE_MISMATCH",
  }),
  hand(
    "targeting/default-null-is-json",
    { flag: "layout", default: null },
    {},
    {
      value: { columns: 1 },
      variation: "old",
      reason: "DEFAULT",
    },
  ),
  hand(
    "targeting/json-for-boolean",
    { flag: "plain", default: {} },
    {},
    {
      value: {},
      reason: "ERROR",
      errorCode: "TYPE_MISMATCH",
    },
  ),
  hand(
    "targeting/mismatch-before-not-ready",
    { flag: "beta-only", default: 1 },
    {},
    {
      value: 1,
      reason: "ERROR",
      errorCode: "TYPE_MISMATCH",
    },
    { ready: false },
  ),
  hand(
    "targeting/not-ready",
    { flag: "beta-only", default: true },
    {},
    {
      value: true,
      reason: "ERROR",
      errorCode: "PROVIDER_NOT_READY",
    },
    { ready: false },
  ),
  hand("targeting/needs-no-answer", flag("always"), {}, { ...on, reason: "DEFAULT" }, { ready: false }),
  hand("targeting/no-such-flag", { flag: "no-such", default: 7 }, ann, { value: 7, ...unknown }),
  hand(
    "targeting/preview",
    flag("beta-only"),
    {},
    { ...on, reason: "STATIC" },
    { overrides: { flags: { "beta-only": "on" } } },
  ),
  hand(
    "targeting/preview-of-disabled",
    flag("dark"),
    {},
    { ...on, reason: "STATIC" },
    { overrides: { flags: { dark: "on" } } },
  ),
  hand(
    "targeting/preview-of-nothing",
    flag("plain"),
    {},
    { ...off, reason: "DEFAULT" },
    { overrides: { flags: { plain: "maybe" } } },
  ),
  hand(
    "targeting/preview-needs-no-answer",
    flag("beta-only"),
    {},
    { ...on, reason: "STATIC" },
    {
      ready: false,
      overrides: { flags: { "beta-only": "on" } },
    },
  ),
];

const split = { reason: "SPLIT", rule: "r" };
const rollouts = [
  hand("rollouts/0-percent", flag("zero"), ann, { ...off, reason: "DEFAULT" }),
  hand("rollouts/100-percent", flag("all"), ann, { ...on, ...split }),
  hand("rollouts/100-percent-of-devices-of-nobody", flag("all"), { anonymousId: "d" }, { ...on, ...split }),
  hand("rollouts/100-percent-without-an-id", flag("all"), {}, { ...off, reason: "DEFAULT" }),
  hand("rollouts/ends-at-the-place", flag("up-to-edge"), edge, { ...off, reason: "DEFAULT" }),
  hand("rollouts/ends-after-the-place", flag("with-edge"), edge, { ...on, ...split }),
  hand("rollouts/begins-at-the-place", flag("from-edge"), edge, { ...on, ...split }),
  hand("rollouts/begins-after-the-place", flag("after-edge"), edge, { ...off, reason: "DEFAULT" }),
  hand("rollouts/is-the-place", flag("only-edge"), edge, { ...on, ...split }),
  hand("rollouts/place-of-the-anonymous-id", flag("only-edge"), { anonymousId: "edge" }, { ...on, ...split }),
  hand(
    "rollouts/place-of-the-user-id",
    flag("only-edge"),
    { id: "ann", anonymousId: "edge" },
    { ...off, reason: "DEFAULT" },
  ),
  hand("rollouts/device-without-a-device", flag("device"), ann, { ...off, reason: "DEFAULT" }),
  hand(
    "rollouts/next-rule-where-not-served",
    flag("beta-half"),
    { traits: { beta: true, spent: 100 } },
    {
      ...on,
      reason: "TARGETING_MATCH",
      rule: "rest",
    },
  ),
];

const prerequisites = [
  hand("prerequisites/met", flag("c"), { traits: beta }, { ...on, reason: "DEFAULT" }),
  hand("prerequisites/not-met", flag("b"), {}, { ...off, reason: "DEFAULT", prerequisite: "a" }),
  hand("prerequisites/not-met-far-away", flag("c"), {}, { ...off, reason: "DEFAULT", prerequisite: "b" }),
  hand("prerequisites/any-variation", flag("d"), {}, { ...on, reason: "DEFAULT" }),
  hand(
    "prerequisites/disabled-never-does",
    flag("needs-dark"),
    {},
    { ...off, reason: "DEFAULT", prerequisite: "dark" },
  ),
  hand(
    "prerequisites/second-not-met",
    flag("both"),
    { traits: beta },
    { ...off, reason: "DEFAULT", prerequisite: "never" },
  ),
  hand("prerequisites/diamond", flag("diamond"), { traits: beta }, { ...on, reason: "DEFAULT" }),
  hand("prerequisites/override-first", flag("spared"), ann, { ...on, reason: "TARGETING_MATCH" }),
  hand(
    "prerequisites/no-variation-will-do",
    flag("nothing"),
    { traits: beta },
    { ...off, reason: "DEFAULT", prerequisite: "a" },
  ),
  hand(
    "prerequisites/previewed",
    flag("b"),
    {},
    { ...on, reason: "DEFAULT" },
    { overrides: { flags: { a: "on" } } },
  ),
  hand(
    "prerequisites/previewed-disabled",
    flag("needs-dark"),
    {},
    { ...on, reason: "DEFAULT" },
    { overrides: { flags: { dark: "off" } } },
  ),
];

const one = { value: 1, variation: "one", reason: "DEFAULT" };
const trial = {
  experiment: "trial",
  iteration: 1,
  variation: "on",
  unit: "ann",
  settled: false,
  flag: "trial",
};
const schedule = [
  hand("schedule/before", flag("launch"), {}, { ...off, reason: "DISABLED" }, { now: T - 1, until: T }),
  hand("schedule/at", flag("launch"), {}, { ...on, reason: "DEFAULT" }),
  hand("schedule/second-state", flag("steps"), {}, one, { now: T + DAY - 1, until: T + 2 * DAY }),
  hand(
    "schedule/third-state",
    flag("steps"),
    ann,
    { value: 2, variation: "two", reason: "TARGETING_MATCH" },
    {
      now: T + DAY,
      until: T + 2 * DAY,
    },
  ),
  hand(
    "schedule/rule-of-a-later-state",
    flag("steps"),
    { traits: beta },
    {
      value: 2,
      variation: "two",
      reason: "TARGETING_MATCH",
      rule: "beta",
    },
    { now: T + DAY, until: T + 2 * DAY },
  ),
  hand("schedule/override-of-a-later-state-not-yet", flag("steps"), ann, one, { now: T, until: T + DAY }),
  hand(
    "schedule/last-state",
    flag("steps"),
    ann,
    { value: 2, variation: "two", reason: "DISABLED" },
    { now: T + 2 * DAY },
  ),
  hand(
    "schedule/of-a-prerequisite",
    flag("waits"),
    {},
    { ...off, reason: "DEFAULT", prerequisite: "launch" },
    {
      now: T - 1,
      until: T,
    },
  ),
  hand(
    "schedule/experiment-not-begun",
    flag("trial"),
    ann,
    { ...off, reason: "DEFAULT" },
    { now: T - 1, until: T },
  ),
  hand(
    "schedule/experiment-begins",
    flag("trial"),
    ann,
    { ...on, reason: "SPLIT", rule: "x", assignment: trial },
    { until: T + DAY },
  ),
  hand("schedule/experiment-over", flag("trial"), ann, { ...off, reason: "DEFAULT" }, { now: T + DAY }),
  hand(
    "schedule/exposed-but-over",
    flag("trial"),
    { ...ann, events: [seen("x", T, "trial", 1, "on")] },
    { ...off, reason: "DEFAULT" },
    {
      now: T + DAY,
    },
  ),
];

const A = { value: "A", variation: "a", reason: "SPLIT", rule: "x" };
const B = { value: "B", variation: "b", reason: "SPLIT", rule: "x" };
const none = { value: "-", variation: "off", reason: "DEFAULT" };
const arm = (key: string, variation: string, unit: string, iteration = 1, settled = true) => ({
  assignment: { flag: key, experiment: key, iteration, variation, unit, settled },
});
const experiments = [
  hand(
    "experiments/exposed-to-a",
    flag("checkout"),
    { ...ann, events: [seen("x", T, "checkout", 1, "a")] },
    { ...A, ...arm("checkout", "a", "ann") },
  ),
  hand(
    "experiments/exposed-to-b",
    flag("checkout"),
    { ...ann, events: [seen("x", T, "checkout", 1, "b")] },
    { ...B, ...arm("checkout", "b", "ann") },
  ),
  hand(
    "experiments/first-exposure-wins",
    flag("checkout"),
    {
      ...ann,
      events: [seen("y", T - 1, "checkout", 1, "a"), seen("x", T - 2, "checkout", 1, "b")],
    },
    { ...B, ...arm("checkout", "b", "ann") },
  ),
  hand(
    "experiments/first-by-id",
    flag("checkout"),
    {
      ...ann,
      events: [seen("y", T, "checkout", 1, "a"), seen("x", T, "checkout", 1, "b")],
    },
    { ...B, ...arm("checkout", "b", "ann") },
  ),
  hand(
    "experiments/older-iteration-does-not-bind",
    flag("again"),
    { id: "edge-x", events: [seen("x", T, "again", 3, "b"), seen("w", T - 9, "again", 2, "a")] },
    {
      ...B,
      ...arm("again", "b", "edge-x", 3),
    },
  ),
  hand(
    "experiments/exposed-outside-audience-and-allocation",
    flag("narrow"),
    { ...ann, events: [seen("x", T, "narrow", 1, "b")] },
    {
      ...B,
      ...arm("narrow", "b", "ann"),
    },
  ),
  hand("experiments/not-in-audience", flag("narrow"), ann, none),
  hand("experiments/disabled", flag("paused"), { ...ann, events: [seen("x", T, "paused", 1, "b")] }, none),
  hand("experiments/no-ids", flag("checkout"), {}, none),
  hand("experiments/place-at-the-border-of-arms", flag("edges"), edge, {
    ...B,
    ...arm("edges", "b", "edge", 1, false),
  }),
  hand("experiments/all-held-back", flag("all-held"), ann, none),
  hand(
    "experiments/held-back-but-exposed",
    flag("all-held"),
    { ...ann, events: [seen("x", T, "all-held", 1, "a")] },
    {
      ...A,
      ...arm("all-held", "a", "ann"),
    },
  ),
  hand(
    "experiments/group-keeps-out",
    flag("second"),
    { ...ann, events: [seen("x", T, "first", 1, "a")] },
    none,
  ),
  hand(
    "experiments/group-first-wins",
    flag("first"),
    {
      ...ann,
      events: [seen("x", T - 2, "first", 1, "b"), seen("y", T - 1, "second", 2, "a")],
    },
    { ...B, ...arm("first", "b", "ann") },
  ),
  hand(
    "experiments/group-second-loses",
    flag("second"),
    {
      ...ann,
      events: [seen("x", T - 2, "first", 1, "b"), seen("y", T - 1, "second", 2, "a")],
    },
    none,
  ),
  hand("experiments/device-without-a-device", flag("handset"), ann, none),
  hand(
    "experiments/device-of-another-exposure",
    flag("handset"),
    { anonymousId: "edge", events: [seen("x", T, "handset", 1, "a")] },
    {
      ...B,
      ...arm("handset", "b", "edge", 1, false),
    },
  ),
  hand(
    "experiments/device-exposed",
    flag("handset"),
    { ...ann, anonymousId: "edge" },
    { ...A, ...arm("handset", "a", "edge") },
    {
      exposed: { [exposureIdOf("handset", 1, "edge")]: "a" },
    },
  ),
  hand("experiments/device-of-a-group-exposed", flag("left-device"), { anonymousId: "d" }, none, {
    exposed: { [exposureIdOf("right-device", 1, "d")]: "a" },
  }),
  hand("experiments/device-outside-its-part", flag("right-device"), { anonymousId: "d" }, none),
  hand(
    "experiments/preview-of-an-arm",
    flag("narrow"),
    {},
    { ...B, ...arm("narrow", "b", "") },
    { overrides: { experiments: { narrow: "b" } } },
  ),
  hand("experiments/preview-of-no-arm", flag("narrow"), ann, none, {
    overrides: { experiments: { narrow: "z" } },
  }),
  hand(
    "experiments/not-ready",
    { flag: "checkout", default: "?" },
    ann,
    {
      value: "?",
      reason: "ERROR",
      errorCode: "PROVIDER_NOT_READY",
    },
    { ready: false },
  ),
  hand(
    "experiments/exposure-to-come",
    flag("all-held"),
    { ...ann, events: [seen("x", T + HOUR, "all-held", 1, "a")] },
    none,
    { until: T + HOUR },
  ),
];

const at = (placement: string, rest: object = {}) => ({ placement, ...rest });
const show = (campaign: string, kind: string, title: string) => ({
  campaign,
  kind,
  title,
  reason: "TARGETING_MATCH",
});
const welcome = show("welcome", "prompt", "Welcome");
const weekly = show("weekly", "banner", "This week");
const campaigns = [
  hand("campaigns/once", at("top"), ann, welcome),
  hand("campaigns/once-shown", at("top"), { events: [shown("1", T - HOUR, "welcome")] }, weekly),
  hand(
    "campaigns/dismissed-is-not-shown",
    at("top"),
    { events: [shown("1", T - HOUR, "welcome", "dismissed")] },
    welcome,
  ),
  hand("campaigns/priority", at("top"), { traits: { spent: 100 } }, show("vips", "banner", "For you")),
  hand(
    "campaigns/every-week",
    at("top"),
    { events: [shown("1", T - 1, "welcome"), shown("2", T - DAY, "weekly")] },
    nothing,
    {
      until: T + 6 * DAY,
    },
  ),
  hand(
    "campaigns/a-week-later",
    at("top"),
    { events: [shown("1", T - 8 * DAY, "welcome"), shown("2", T - 7 * DAY, "weekly")] },
    weekly,
  ),
  hand(
    "campaigns/at-most-three",
    at("top"),
    {
      events: [
        shown("0", T - 99 * DAY, "welcome"),
        ...[30, 20, 10].map((days) => shown(`w${days}`, T - days * DAY, "weekly")),
      ],
    },
    nothing,
  ),
  hand("campaigns/no-such-placement", at("nowhere"), {}, nothing),
  hand("campaigns/before-start", at("bar"), {}, nothing, { now: T - 1, until: T }),
  hand("campaigns/at-start", at("bar"), {}, show("sale", "banner", "Sale"), { until: T + DAY }),
  hand("campaigns/at-end", at("bar"), {}, nothing, { now: T + DAY }),
  hand(
    "campaigns/event",
    at("side"),
    { events: [event("1", "add_to_cart", T, { amount: 10 })] },
    show("cart", "prompt", "Your cart"),
    {
      until: T + HOUR / 2,
    },
  ),
  hand(
    "campaigns/event-too-small",
    at("side"),
    { events: [event("1", "add_to_cart", T, { amount: 9 })] },
    nothing,
  ),
  hand(
    "campaigns/page",
    at("side"),
    { events: [event("1", "$page", T, { path: "/docs/x" })] },
    show("docs", "prompt", "Help"),
  ),
  hand(
    "campaigns/page-left",
    at("side"),
    {
      events: [event("1", "$page", T - 1, { path: "/docs/x" }), event("2", "$page", T, { path: "/" })],
    },
    nothing,
  ),
  hand("campaigns/delay-not-over", at("corner", { shownAt: T - 29_999 }), {}, nothing, { until: T + 1 }),
  hand(
    "campaigns/delay-over",
    at("corner", { shownAt: T - 30_000 }),
    {},
    show("later", "prompt", "Still here?"),
  ),
  hand("campaigns/delay-unknown", at("corner"), {}, nothing),
  hand(
    "campaigns/leaving",
    at("corner", { shownAt: T - HOUR, leaving: true }),
    {},
    show("bye", "prompt", "Wait"),
  ),
  hand(
    "campaigns/content-of-an-arm",
    at("tested"),
    { ...ann, events: [seen("1", T, "words", 1, "b")] },
    {
      campaign: "tested",
      kind: "banner",
      title: "Other words",
      reason: "SPLIT",
      assignment: {
        campaign: "tested",
        experiment: "words",
        iteration: 1,
        variation: "b",
        unit: "ann",
        settled: true,
      },
    },
  ),
  hand(
    "campaigns/content-of-the-other-arm",
    at("tested"),
    { ...ann, events: [seen("1", T, "words", 1, "a")] },
    {
      campaign: "tested",
      kind: "banner",
      title: "Standard",
      reason: "SPLIT",
      assignment: {
        campaign: "tested",
        experiment: "words",
        iteration: 1,
        variation: "a",
        unit: "ann",
        settled: true,
      },
    },
  ),
  hand(
    "campaigns/not-in-the-experiment",
    at("tested"),
    { ...ann, traits: beta },
    show("tested", "banner", "Standard"),
  ),
  hand("campaigns/preview-hides", at("top"), ann, weekly, { overrides: { campaigns: { welcome: false } } }),
  hand(
    "campaigns/preview-shows",
    at("corner"),
    ann,
    { ...show("later", "prompt", "Still here?"), reason: "STATIC" },
    {
      overrides: { campaigns: { later: true } },
    },
  ),
  hand(
    "campaigns/preview-comes-first",
    at("top"),
    ann,
    { ...weekly, reason: "STATIC" },
    {
      ready: false,
      overrides: { campaigns: { weekly: true } },
    },
  ),
  hand("campaigns/preview-does-not-enable", at("top"), ann, welcome, {
    overrides: { campaigns: { hidden: true } },
  }),
  hand(
    "campaigns/not-ready",
    at("top"),
    ann,
    { reason: "ERROR", errorCode: "PROVIDER_NOT_READY" },
    { ready: false },
  ),
  hand("campaigns/needs-no-answer", at("bar"), ann, show("sale", "banner", "Sale"), {
    ready: false,
    until: T + DAY,
  }),
];

const capped = [
  hand("capped/first", at("p"), {}, show("one", "prompt", "One")),
  hand("capped/too-soon-after-another", at("p"), { events: [shown("1", T - HOUR, "two")] }, nothing, {
    until: T + 11 * HOUR,
  }),
  hand(
    "capped/at-the-hour",
    at("p"),
    { events: [shown("1", T - 12 * HOUR, "one")] },
    show("two", "prompt", "Two"),
  ),
  hand(
    "capped/twice-of-any",
    at("p"),
    { events: [shown("1", T - 50 * HOUR, "gone"), shown("2", T - 49 * HOUR, "one")] },
    nothing,
  ),
];

const hostile = [
  hand("hostile/constructor", flag("constructor"), {}, { ...on, reason: "DEFAULT" }),
  hand("hostile/not-valueOf", flag("valueOf"), {}, unknown),
  hand("hostile/not-proto", flag("__proto__"), {}, unknown),
  hand(
    "hostile/not-hasOwnProperty",
    { flag: "hasOwnProperty", default: false },
    {},
    { value: false, ...unknown },
  ),
  hand("hostile/empty-key", flag(""), {}, unknown),
  hand(
    "hostile/value-with-proto",
    flag("toString"),
    {},
    {
      value: JSON.parse('{"__proto__":{"polluted":true}}'),
      variation: "constructor",
      reason: "DEFAULT",
    },
  ),
  hand(
    "hostile/override-proto",
    flag("words"),
    { id: "__proto__" },
    {
      value: "\u202e<script>",
      variation: "b",
      reason: "TARGETING_MATCH",
    },
  ),
  hand(
    "hostile/override-nul",
    flag("words"),
    { id: "\u0000" },
    { value: "\u202e<script>", variation: "b", reason: "TARGETING_MATCH" },
  ),
  hand(
    "hostile/override-not-lower",
    flag("words"),
    { id: "i̇" },
    { value: "__proto__", variation: "a", reason: "DEFAULT" },
  ),
  hand(
    "hostile/preview-of-inherited",
    flag("constructor"),
    {},
    { ...on, reason: "DEFAULT" },
    {
      overrides: { flags: { constructor: "toString" } },
    },
  ),
  hand(
    "hostile/placement",
    at("constructor"),
    {},
    show("hasOwnProperty", "banner", "<img src=x onerror=alert(1)>"),
  ),
  hand("hostile/no-placement", at("toString"), {}, nothing),
  hand("hostile/placement-proto", at("__proto__"), {}, nothing),
];

export const HAND: readonly HandCase[] = [
  ...targeting,
  ...rollouts,
  ...prerequisites,
  ...schedule,
  ...experiments,
  ...campaigns,
  ...capped,
  ...hostile,
];
