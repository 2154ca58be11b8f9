import type { Campaign, Content, Experiment, Flag, FlagRule, Places } from "@muster/rules/decisions";
import { murmur3 } from "./murmur3.ts";
import type { DecisionSet } from "./set.ts";

/** 2024-06-01T00:00:00Z */
export const T = 1_717_200_000_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

const ALL = 2 ** 32;
const HALF = ALL / 2;
const QUARTER = ALL / 4;
const EVERYONE: Places = [[0, ALL]];

/** The place of the user `edge` under a salt: some ranges begin or end just there. */
const edge = (salt: string) => murmur3(`${salt}:edge`);

const SEGMENTS: DecisionSet["segments"] = {
  beta: { rule: { trait: "beta", op: "eq", value: true } },
  vip: { rule: { trait: "spent", op: "gte", value: 100 } },
  recent: { rule: { event: "visit", within: { days: 7 }, op: "gte", value: 2 } },
};

const boolean = (rest: Partial<Flag> & { rules?: readonly FlagRule[] }): Flag => ({
  type: "boolean",
  variations: { on: true, off: false },
  enabled: true,
  off: "off",
  otherwise: "off",
  ...rest,
});

const set = (id: string, definitions: DecisionSet["definitions"]): DecisionSet => ({
  id,
  zone: "UTC",
  segments: SEGMENTS,
  definitions,
});

const targeting = set("targeting", {
  flags: {
    plain: boolean({}),
    dark: boolean({ enabled: false, otherwise: "on" }),
    always: boolean({ otherwise: "on" }),
    "beta-only": boolean({ rules: [{ key: "beta", audience: { include: ["beta"] }, variation: "on" }] }),
    mixed: boolean({
      rules: [
        { key: "out", audience: { include: ["missing"] }, variation: "on" },
        { key: "some", audience: { include: ["beta", "vip"], exclude: ["recent"] }, variation: "on" },
      ],
    }),
    inline: boolean({
      rules: [
        {
          key: "shoppers",
          audience: {
            rule: {
              all: [
                { trait: "plan", op: "in", value: ["pro", "team"] },
                { event: "purchase", op: "gte", value: 1 },
              ],
            },
          },
          variation: "on",
        },
      ],
    }),
    nobody: boolean({ rules: [{ key: "none", audience: { include: [] }, variation: "on" }] }),
    empty: boolean({ rules: [{ key: "all", audience: {}, variation: "on" }] }),
    theme: {
      type: "string",
      variations: { light: "light", dark: "dark", blue: "" },
      enabled: true,
      off: "light",
      otherwise: "light",
      overrides: { dark: ["ann", "device-9"], blue: ["bob"] },
      rules: [
        { key: "vips", audience: { include: ["vip"] }, variation: "blue" },
        { key: "betas", audience: { include: ["beta"], exclude: [] }, variation: "dark" },
      ],
    },
    limit: {
      type: "number",
      variations: { none: 0, low: 10, high: 1e6 },
      enabled: true,
      off: "none",
      otherwise: "low",
      rules: [{ key: "vips", audience: { include: ["vip"] }, variation: "high" }],
    },
    layout: {
      type: "json",
      variations: { old: { columns: 1 }, new: { columns: 3, order: ["a", "b"] }, list: [1, null] },
      enabled: true,
      off: "old",
      otherwise: "old",
      overrides: { list: ["carl"] },
      rules: [{ key: "recent", audience: { include: ["recent"] }, variation: "new" }],
    },
  },
});

const rollouts = set("rollouts", {
  flags: {
    zero: boolean({ rules: [{ key: "r", rollout: { salt: "zero", places: { on: [] } } }] }),
    all: boolean({ rules: [{ key: "r", rollout: { salt: "all", places: { on: EVERYONE } } }] }),
    quarter: boolean({ rules: [{ key: "r", rollout: { salt: "quarter", places: { on: [[0, QUARTER]] } } }] }),
    thirds: {
      ...boolean({}),
      type: "string",
      variations: { a: "A", b: "B", c: "C", off: "-" },
      rules: [
        {
          key: "r",
          rollout: {
            salt: "thirds",
            places: {
              a: [
                [0, 1_000_000_000],
                [4_000_000_000, ALL],
              ],
              b: [[1_000_000_000, 2_500_000_000]],
              c: [[2_500_000_000, 4_000_000_000]],
            },
          },
        },
      ],
    },
    "up-to-edge": boolean({
      rules: [{ key: "r", rollout: { salt: "e1", places: { on: [[0, edge("e1")]] } } }],
    }),
    "with-edge": boolean({
      rules: [{ key: "r", rollout: { salt: "e2", places: { on: [[0, edge("e2") + 1]] } } }],
    }),
    "from-edge": boolean({
      rules: [{ key: "r", rollout: { salt: "e3", places: { on: [[edge("e3"), ALL]] } } }],
    }),
    "after-edge": boolean({
      rules: [{ key: "r", rollout: { salt: "e4", places: { on: [[edge("e4") + 1, ALL]] } } }],
    }),
    "only-edge": boolean({
      rules: [{ key: "r", rollout: { salt: "e5", places: { on: [[edge("e5"), edge("e5") + 1]] } } }],
    }),
    device: boolean({
      rules: [{ key: "r", rollout: { salt: "device", unit: "device", places: { on: [[0, HALF]] } } }],
    }),
    "beta-half": boolean({
      rules: [
        {
          key: "half",
          audience: { include: ["beta"] },
          rollout: { salt: "bh", places: { on: [[HALF, ALL]] } },
        },
        { key: "rest", audience: { include: ["vip"] }, variation: "on" },
      ],
    }),
  },
});

const chain = (flag: string, variation = "on") => [{ flag, in: [variation] }];
const prerequisites = set("prerequisites", {
  flags: {
    a: boolean({ rules: [{ key: "beta", audience: { include: ["beta"] }, variation: "on" }] }),
    b: boolean({ prerequisites: chain("a"), otherwise: "on" }),
    c: boolean({ prerequisites: chain("b"), otherwise: "on" }),
    d: boolean({ prerequisites: [{ flag: "c", in: ["on", "off"] }], otherwise: "on" }),
    dark: boolean({ enabled: false }),
    "needs-dark": boolean({ prerequisites: [{ flag: "dark", in: ["off", "on"] }], otherwise: "on" }),
    both: boolean({ prerequisites: [...chain("b"), ...chain("never")], otherwise: "on" }),
    never: boolean({ rules: [{ key: "vip", audience: { include: ["vip"] }, variation: "on" }] }),
    diamond: boolean({ prerequisites: [...chain("b"), ...chain("c"), ...chain("a")], otherwise: "on" }),
    spared: boolean({ prerequisites: chain("a"), overrides: { on: ["ann"] } }),
    nothing: boolean({ prerequisites: [{ flag: "a", in: [] }], otherwise: "on" }),
  },
});

const schedule = set("schedule", {
  flags: {
    launch: boolean({ enabled: false, scheduled: [{ at: T, enabled: true, off: "off", otherwise: "on" }] }),
    steps: {
      ...boolean({}),
      type: "number",
      variations: { zero: 0, one: 1, two: 2 },
      off: "zero",
      otherwise: "zero",
      scheduled: [
        { at: T, enabled: true, off: "zero", otherwise: "one" },
        {
          at: T + DAY,
          enabled: true,
          off: "zero",
          otherwise: "one",
          overrides: { two: ["ann"] },
          rules: [{ key: "beta", audience: { include: ["beta"] }, variation: "two" }],
        },
        { at: T + 2 * DAY, enabled: false, off: "two", otherwise: "zero" },
      ],
    },
    waits: boolean({ prerequisites: chain("launch"), otherwise: "on" }),
    timed: boolean({
      rules: [{ key: "recent", audience: { include: ["recent"] }, variation: "on" }],
      scheduled: [{ at: T + DAY, enabled: true, off: "off", otherwise: "on" }],
    }),
    trial: boolean({ rules: [{ key: "x", experiment: "trial" }] }),
  },
  experiments: {
    trial: {
      enabled: true,
      salt: "trial",
      iteration: 1,
      arms: { on: EVERYONE },
      start: T,
      end: T + DAY,
    },
  },
});

const abc = { a: "A", b: "B", c: "C", off: "-" };
const tested = (experiment: string): Flag => ({
  type: "string",
  variations: abc,
  enabled: true,
  off: "off",
  otherwise: "off",
  rules: [{ key: "x", experiment }],
});
const halves = { a: [[0, HALF]] as Places, b: [[HALF, ALL]] as Places };

const experiments = set("experiments", {
  flags: {
    checkout: tested("checkout"),
    again: tested("again"),
    narrow: tested("narrow"),
    handset: tested("handset"),
    paused: tested("paused"),
    first: tested("first"),
    second: tested("second"),
    "left-device": tested("left-device"),
    "right-device": tested("right-device"),
    "held-back": tested("held-back"),
    "all-held": tested("all-held"),
    edges: tested("edges"),
    after: {
      ...tested("narrow"),
      rules: [
        { key: "vip", audience: { include: ["vip"] }, variation: "c" },
        { key: "x", experiment: "narrow" },
        { key: "beta", audience: { include: ["beta"] }, variation: "b" },
      ],
    },
  },
  experiments: {
    checkout: { enabled: true, salt: "checkout", iteration: 1, arms: halves },
    again: { enabled: true, salt: "again", iteration: 3, arms: halves },
    narrow: {
      enabled: true,
      salt: "narrow",
      iteration: 1,
      arms: halves,
      allocation: [[0, QUARTER]],
      audience: { include: ["beta"] },
    },
    handset: { enabled: true, salt: "handset", iteration: 1, unit: "device", arms: halves },
    paused: { enabled: false, salt: "paused", iteration: 1, arms: halves },
    first: {
      enabled: true,
      salt: "first",
      iteration: 1,
      arms: halves,
      group: { key: "page", places: [[0, HALF]] },
    },
    second: {
      enabled: true,
      salt: "second",
      iteration: 2,
      arms: { a: [[0, QUARTER]], b: [[QUARTER, ALL]] },
      group: { key: "page", places: [[HALF, ALL]] },
    },
    "left-device": {
      enabled: true,
      salt: "left",
      iteration: 1,
      unit: "device",
      arms: halves,
      group: { key: "screen", places: EVERYONE },
    },
    "right-device": {
      enabled: true,
      salt: "right",
      iteration: 1,
      unit: "device",
      arms: halves,
      group: { key: "screen", places: [] },
    },
    "held-back": { enabled: true, salt: "heldback", iteration: 1, arms: halves, holdout: "tenth" },
    "all-held": { enabled: true, salt: "allheld", iteration: 1, arms: halves, holdout: "everyone" },
    edges: {
      enabled: true,
      salt: "edges",
      iteration: 1,
      arms: { a: [[0, edge("edges.1.arms")]], b: [[edge("edges.1.arms"), ALL]] },
      allocation: [[edge("edges.1.allocation"), edge("edges.1.allocation") + 1]],
    },
  },
  groups: { page: { salt: "page" }, screen: { salt: "screen" } },
  holdouts: {
    tenth: {
      salt: "tenth",
      places: [
        [0, 429_496_730],
        [ALL - 1, ALL],
      ],
    },
    everyone: { salt: "everyone", places: EVERYONE },
  },
});

const content = (title: string): Content => ({ title });

const campaigns = set("campaigns", {
  campaigns: {
    welcome: {
      kind: "prompt",
      placement: "top",
      enabled: true,
      content: content("Welcome"),
      caps: { once: true },
    },
    weekly: {
      kind: "banner",
      placement: "top",
      enabled: true,
      content: content("This week"),
      priority: -1,
      caps: { every: { days: 7 }, atMost: 3 },
      audience: { exclude: ["vip"] },
    },
    vips: {
      kind: "banner",
      placement: "top",
      enabled: true,
      content: content("For you"),
      priority: 10,
      audience: { include: ["vip"] },
    },
    hidden: { kind: "banner", placement: "top", enabled: false, content: content("Never"), priority: 99 },
    sale: {
      kind: "banner",
      placement: "bar",
      enabled: true,
      content: content("Sale"),
      start: T,
      end: T + DAY,
    },
    cart: {
      kind: "prompt",
      placement: "side",
      enabled: true,
      content: content("Your cart"),
      priority: 2,
      trigger: {
        on: "event",
        event: "add_to_cart",
        where: { prop: "amount", op: "gte", value: 10 },
        within: { minutes: 30 },
      },
    },
    docs: {
      kind: "prompt",
      placement: "side",
      enabled: true,
      content: content("Help"),
      trigger: { on: "page", op: "startsWith", value: "/docs" },
    },
    later: {
      kind: "prompt",
      placement: "corner",
      enabled: true,
      content: content("Still here?"),
      trigger: { on: "delay", after: { seconds: 30 } },
    },
    bye: {
      kind: "prompt",
      placement: "corner",
      enabled: true,
      content: content("Wait"),
      priority: 5,
      trigger: { on: "exit" },
    },
    tested: {
      kind: "banner",
      placement: "tested",
      enabled: true,
      content: content("Standard"),
      trigger: { on: "now" },
      experiment: { key: "words", contents: { b: content("Other words") } },
    },
  },
  experiments: {
    words: { enabled: true, salt: "words", iteration: 1, arms: halves, audience: { exclude: ["beta"] } },
  },
});

const capped = set("capped", {
  caps: { every: { hours: 12 }, atMost: 2 },
  campaigns: {
    one: { kind: "prompt", placement: "p", enabled: true, content: content("One"), caps: { once: true } },
    two: { kind: "prompt", placement: "p", enabled: true, content: content("Two") },
  },
});

const json: Flag = {
  type: "json",
  variations: { constructor: JSON.parse('{"__proto__":{"polluted":true}}'), valueOf: [] },
  enabled: true,
  off: "valueOf",
  otherwise: "constructor",
};
const words: Flag = {
  type: "string",
  variations: { a: "__proto__", b: "\u202e<script>", off: "off" },
  enabled: true,
  off: "off",
  otherwise: "a",
  overrides: { b: ["__proto__", "constructor", "'; drop table users", "\u0000", "İ"] },
  rules: [{ key: "toString", experiment: "valueOf" }],
};
const orderTest: Experiment = {
  enabled: true,
  salt: "valueOf",
  iteration: 1,
  arms: halves,
  audience: { include: ["beta"] },
};
const markup: Campaign = {
  kind: "banner",
  placement: "constructor",
  enabled: true,
  content: content("<img src=x onerror=alert(1)>"),
};

// Names that every object answers to.
const hostile = set("hostile", {
  flags: Object.fromEntries([
    ["constructor", boolean({ otherwise: "on" })],
    ["toString", json],
    ["words", words],
  ]),
  experiments: Object.fromEntries([["valueOf", orderTest]]),
  campaigns: Object.fromEntries([["hasOwnProperty", markup]]),
});

export const SETS: readonly DecisionSet[] = [
  targeting,
  rollouts,
  prerequisites,
  schedule,
  experiments,
  campaigns,
  capped,
  hostile,
];
