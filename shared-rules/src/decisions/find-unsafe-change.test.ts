import { expect, test } from "vitest";
import type { DecisionDefinitions, Experiment, Flag } from "./definitions.ts";
import { findUnsafeChange } from "./find-unsafe-change.ts";
import { PLACES } from "./places.ts";
import { redistribute } from "./redistribute.ts";

const experiment: Experiment = {
  enabled: true,
  salt: "s",
  iteration: 2,
  arms: redistribute({}, { a: 1, b: 1 }),
  allocation: [[0, 9]],
};
const flag = (salt: string): Flag => ({
  type: "boolean",
  variations: { on: true },
  enabled: true,
  off: "on",
  otherwise: "on",
  rules: [{ key: "r", rollout: { salt, places: { on: [[0, PLACES]] } } }],
});
const before: DecisionDefinitions = {
  flags: { f: flag("f") },
  experiments: { x: experiment },
  groups: { g: { salt: "g" } },
  holdouts: { h: { salt: "h", places: [] } },
};
const after = (change: Partial<Experiment>): DecisionDefinitions => ({
  ...before,
  experiments: { x: { ...experiment, ...change } },
});

test("leaving a group, or another part of it, is safe", () => {
  const inGroup = after({ group: { key: "g", places: [] } });
  expect(findUnsafeChange(inGroup, after({ group: { key: "g", places: [[0, 5]] } }))).toBeNull();
  expect(findUnsafeChange(inGroup, before)).toBeNull();
});

test.each<[what: string, after: DecisionDefinitions]>([
  ["nothing", before],
  ["everything gone", {}],
  [
    "other shares, audience and dates",
    after({ arms: redistribute(experiment.arms, { a: 1, b: 0 }), allocation: [], end: 1 }),
  ],
  ["one more arm", after({ arms: redistribute(experiment.arms, { a: 1, b: 1, c: 1 }) })],
  [
    "a new iteration with other arms and another unit",
    after({ iteration: 3, unit: "device", arms: { z: [[0, PLACES]] } }),
  ],
  [
    "a new experiment",
    { ...before, experiments: { x: experiment, y: { ...experiment, salt: "y", iteration: 1 } } },
  ],
])("%s is safe", (_, next) => {
  expect(findUnsafeChange(before, next)).toBeNull();
});

test.each<[code: string, path: string, after: DecisionDefinitions]>([
  ["salt-changed", "/experiments/x/salt", after({ salt: "other" })],
  ["salt-changed", "/experiments/x/salt", after({ salt: "other", iteration: 3 })],
  ["salt-changed", "/groups/g/salt", { ...before, groups: { g: { salt: "other" } } }],
  ["salt-changed", "/holdouts/h/salt", { ...before, holdouts: { h: { salt: "other", places: [] } } }],
  ["salt-changed", "/flags/f/rules/0/rollout/salt", { ...before, flags: { f: flag("other") } }],
  [
    "salt-changed",
    "/flags/f/scheduled/0/rules/0/rollout/salt",
    { ...before, flags: { f: { ...flag("f"), scheduled: [{ at: 1, ...flag("other") }] } } },
  ],
  ["iteration-back", "/experiments/x/iteration", after({ iteration: 1 })],
  ["unit-changed", "/experiments/x/unit", after({ unit: "device" })],
  ["group-joined", "/experiments/x/group/key", after({ group: { key: "g", places: [] } })],
  ["arm-removed", "/experiments/x/arms", after({ arms: { a: [[0, PLACES]] } })],
])("%s at %s", (code, path, next) => {
  expect(findUnsafeChange(before, next)).toMatchObject({ code, path });
});
