/** A definition of the simulated workspace; the admin changes it from one of its forms to another. */
export interface SimDefinition {
  path: string;
  /** The first is in force at the beginning. */
  forms: readonly [object, ...object[]];
}

/** The campaign that nobody sees twice, and where it is shown. */
export const ONCE = "welcome";
export const PLACEMENT = "home";

/** The flags that tabs ask for, all of text. */
export const FLAGS = ["copy", "look", "page", "picked", "rollout", "target", "child"] as const;

/** Experiments that a new iteration may be begun of. */
export const ITERATED = ["copy", "look", "left"] as const;

/** The experiment whose unit is the device, and its flag. */
export const BY_DEVICE = "look";

/** Experiments that share a group have their exposures decided together. */
export const GROUPED: readonly string[] = ["left", "right"];

const split = (a: number, b: number, more: object = {}): object => ({
  enabled: true,
  weights: { a, b },
  ...more,
});
const flag = (rules: readonly object[], more: object = {}): object => ({
  type: "string",
  variations: { a: "a", b: "b", off: "off" },
  enabled: true,
  off: "off",
  otherwise: "off",
  rules,
  ...more,
});
const part = (share: number) => ({ group: { key: "pages", share } });
const picked = (include: string, exclude: readonly string[] = []) => ({
  audience: { include: [include], exclude },
  holdout: "rest",
});
const text = (title: string) => ({ title, primary: { label: "Yes", event: "login" } });

/** Each way in which something is decided: by user and by device, in a group, behind a holdout, by a changing segment. */
export const DEFINITIONS: readonly SimDefinition[] = [
  { path: "groups/pages", forms: [{}] },
  { path: "holdouts/rest", forms: [{ share: 10 }, { share: 40 }] },
  {
    path: "experiments/copy",
    forms: [
      split(50, 50),
      split(5, 95),
      split(95, 5, { allocation: 60 }),
      { ...split(50, 50), enabled: false },
    ],
  },
  {
    path: `experiments/${BY_DEVICE}`,
    forms: [split(50, 50, { unit: "device" }), split(10, 90, { unit: "device", allocation: 70 })],
  },
  { path: "experiments/left", forms: [split(50, 50, part(50)), split(20, 80, part(10))] },
  { path: "experiments/right", forms: [split(50, 50, part(40)), split(90, 10, part(20))] },
  {
    path: "experiments/picked",
    forms: [split(50, 50, picked("buyer")), split(0, 100, picked("pro", ["did-cart"]))],
  },
  { path: "experiments/offer", forms: [split(50, 50), split(100, 0)] },
  {
    path: "flags/copy",
    forms: [
      flag([{ key: "test", experiment: "copy" }]),
      flag([{ key: "test", experiment: "copy" }], { enabled: false }),
      flag([
        { key: "first", audience: { include: ["target"] }, variation: "b" },
        { key: "test", experiment: "copy" },
      ]),
    ],
  },
  { path: `flags/${BY_DEVICE}`, forms: [flag([{ key: "test", experiment: BY_DEVICE }])] },
  {
    path: "flags/page",
    forms: [
      flag([
        { key: "left", experiment: "left" },
        { key: "right", experiment: "right" },
      ]),
    ],
  },
  { path: "flags/picked", forms: [flag([{ key: "test", experiment: "picked" }])] },
  {
    path: "flags/rollout",
    forms: [
      flag([{ key: "some", rollout: { weights: { a: 30, b: 20 } } }]),
      flag([{ key: "some", rollout: { weights: { a: 70, b: 30 } } }]),
    ],
  },
  {
    path: "flags/target",
    forms: [
      flag([
        { key: "pros", audience: { include: ["pro"], exclude: ["funnel"] }, variation: "a" },
        { key: "best", audience: { rule: { trait: "score", op: "gt", value: 50 } }, variation: "b" },
      ]),
      flag([{ key: "secret", audience: { include: ["secret"] }, variation: "b" }]),
    ],
  },
  {
    path: "flags/child",
    forms: [flag([{ key: "all", variation: "a" }], { prerequisites: [{ flag: "target", in: ["a", "b"] }] })],
  },
  {
    path: `campaigns/${ONCE}`,
    forms: [
      {
        kind: "banner",
        placement: PLACEMENT,
        enabled: true,
        content: text("Hello"),
        priority: 1,
        caps: { once: true },
      },
    ],
  },
  {
    path: "campaigns/offer",
    forms: [
      {
        kind: "prompt",
        placement: PLACEMENT,
        enabled: true,
        content: text("Buy"),
        experiment: { key: "offer", contents: { a: text("Buy"), b: text("Buy now") } },
        audience: { include: ["did-view"] },
        caps: { every: { hours: 2 }, atMost: 3 },
      },
    ],
  },
];

/** What the admin changes. */
export const CHANGING = DEFINITIONS.filter(({ forms }) => forms.length > 1);
