import fc from "fast-check";
import type {
  Audience,
  Campaign,
  Caps,
  DecisionDefinitions,
  Experiment,
  Flag,
  FlagRule,
  FlagState,
  Places,
  Split,
  Trigger,
} from "../decisions/index.ts";
import { redistribute } from "../decisions/redistribute.ts";
import { instant, KEYS, NAMES, rule } from "./arbitraries.ts";

/** Random definitions of decisions over the rules and users of `arbitraries.ts`, for property tests. */

const VARIATIONS = ["a", "b"] as const;
export const FLAGS = ["f0", "f1", "f2"] as const;
const EXPERIMENTS = ["x0", "x1"] as const;
export const PLACEMENTS = ["top", "side"] as const;

const variation = fc.constantFrom(...VARIATIONS);
const unit = fc.constantFrom("user" as const, "device" as const);
const segments = fc.subarray([...KEYS, "missing"]);

const split = (sum?: number): fc.Arbitrary<Split> =>
  fc
    .record({ a: fc.integer({ min: 0, max: 4 }), b: fc.integer({ min: 1, max: 4 }) })
    .map((weights) => redistribute({}, weights, sum ?? weights.a + weights.b));
const places: fc.Arbitrary<Places> = split(8).map(({ b = [] }) => b);

const audience: fc.Arbitrary<Audience> = fc.record(
  { include: segments, exclude: segments, rule: rule(KEYS) },
  { requiredKeys: [] },
);

const serving = (owner: string): fc.Arbitrary<FlagRule> =>
  fc.oneof(
    fc.record({ key: fc.constant("v"), variation, audience }, { requiredKeys: ["key", "variation"] }),
    fc.record({ key: fc.constant("x"), experiment: fc.constantFrom(...EXPERIMENTS) }),
    fc.record(
      {
        key: fc.constant("r"),
        audience,
        rollout: fc.record(
          { salt: fc.constant(`salt-${owner}`), unit, places: split(8) },
          { requiredKeys: ["salt", "places"] },
        ),
      },
      { requiredKeys: ["key", "rollout"] },
    ),
  );

/** A state of a flag that needs only those of `before`. */
const state = (owner: string, before: readonly string[]): fc.Arbitrary<FlagState> =>
  fc.record(
    {
      enabled: fc.oneof(
        { weight: 5, arbitrary: fc.constant(true) },
        { weight: 1, arbitrary: fc.constant(false) },
      ),
      off: variation,
      otherwise: variation,
      overrides: fc.record({ a: fc.subarray(["n0", "n1"]) }),
      prerequisites: before.length
        ? fc.array(fc.record({ flag: fc.constantFrom(...before), in: fc.subarray([...VARIATIONS]) }), {
            maxLength: 2,
          })
        : fc.constant([]),
      rules: fc.uniqueArray(serving(owner), { maxLength: 3, selector: ({ key }) => key }),
    },
    { requiredKeys: ["enabled", "off", "otherwise"] },
  );

const flag = (owner: string, before: readonly string[]): fc.Arbitrary<Flag> =>
  fc
    .record({
      first: state(owner, before),
      later: fc.uniqueArray(fc.tuple(instant, state(owner, before)), {
        maxLength: 2,
        selector: ([at]) => at,
      }),
    })
    .map(({ first, later }) => ({
      type: "string",
      variations: { a: "A", b: "B" },
      ...first,
      scheduled: later.sort(([a], [b]) => a - b).map(([at, next]) => ({ at, ...next })),
    }));

const period = fc.record({ start: fc.option(instant), end: fc.option(instant) }).map(({ start, end }) => ({
  ...(start !== null && { start }),
  ...(end !== null && end > (start ?? -Infinity) && { end }),
}));

const experiment = (salt: string, its: "user" | "device"): fc.Arbitrary<Experiment> =>
  fc
    .record(
      {
        enabled: fc.boolean(),
        salt: fc.constant(salt),
        iteration: fc.integer({ min: 1, max: 2 }),
        unit: fc.constant(its),
        arms: split(),
        allocation: places,
        audience,
        holdout: fc.constant("h"),
      },
      { requiredKeys: ["enabled", "salt", "iteration", "unit", "arms"] },
    )
    .chain((one) => period.map((when) => ({ ...one, ...when })));

/** Two experiments, which may be in one group. */
const experiments = fc
  .record({ grouped: fc.boolean(), its: unit, share: split() })
  .chain(({ grouped, its, share }) =>
    fc.tuple(experiment("salt-x0", its), experiment("salt-x1", its)).map(([x0, x1]) => {
      const group = (part: "a" | "b") => grouped && { group: { key: "g", places: share[part] ?? [] } };
      return { x0: { ...x0, ...group("a") }, x1: { ...x1, ...group("b") } };
    }),
  );

const duration = fc.record({ hours: fc.integer({ min: 1, max: 48 }) });
const caps: fc.Arbitrary<Caps> = fc.record(
  { once: fc.constant(true as const), every: duration, atMost: fc.integer({ min: 1, max: 3 }) },
  { requiredKeys: [] },
);
const trigger: fc.Arbitrary<Trigger> = fc.oneof(
  fc.record({ on: fc.constantFrom("now" as const, "exit" as const) }),
  fc.record({ on: fc.constant("event" as const), event: fc.constantFrom(...NAMES), within: duration }),
  fc.record({
    on: fc.constant("page" as const),
    op: fc.constant("eq" as const),
    value: fc.constantFrom(...NAMES),
  }),
  fc.record({
    on: fc.constant("delay" as const),
    after: fc.record({ hours: fc.integer({ min: 1, max: 24 }) }),
  }),
);
const campaign: fc.Arbitrary<Campaign> = fc
  .record(
    {
      kind: fc.constantFrom("prompt" as const, "banner" as const),
      placement: fc.constantFrom(...PLACEMENTS),
      enabled: fc.constant(true),
      content: fc.constant({ title: "Standard" }),
      experiment: fc.record({
        key: fc.constantFrom(...EXPERIMENTS),
        contents: fc.constant({ b: { title: "Other" } }),
      }),
      audience,
      trigger,
      priority: fc.integer({ min: -1, max: 1 }),
      caps,
    },
    { requiredKeys: ["kind", "placement", "enabled", "content"] },
  )
  .chain((one) => period.map((when) => ({ ...one, ...when })));

export const definitions: fc.Arbitrary<DecisionDefinitions> = fc.record({
  flags: fc.record({ f0: flag("f0", []), f1: flag("f1", ["f0"]), f2: flag("f2", ["f0", "f1"]) }),
  experiments,
  campaigns: fc.dictionary(fc.constantFrom("c0", "c1", "c2"), campaign),
  groups: fc.constant({ g: { salt: "salt-g" } }),
  holdouts: fc.record({ h: places.map((held) => ({ salt: "salt-h", places: held })) }),
  caps,
});

/** Events that decisions leave behind. */
export const traces = fc.array(
  fc
    .oneof(
      fc.record({
        name: fc.constant("$exposure"),
        props: fc.record({
          experiment: fc.constantFrom(...EXPERIMENTS),
          iteration: fc.integer({ min: 1, max: 2 }),
          variation,
        }),
      }),
      fc.record({
        name: fc.constant("$prompt"),
        props: fc.record({
          campaign: fc.constantFrom("c0", "c1"),
          action: fc.constantFrom("shown", "accepted"),
        }),
      }),
      fc.record({ name: fc.constant("$page"), props: fc.record({ path: fc.constantFrom(...NAMES) }) }),
    )
    .chain((one) => instant.map((ts) => ({ ...one, ts }))),
  { maxLength: 6 },
);
