import { describe, expect, test } from "vitest";
import type { Problem } from "../../parse/problem.ts";
import { PLACES } from "../places.ts";
import { parseDecisions } from "./parse-decisions.ts";

/** Definitions that use every part of the language. */
const whole = {
  flags: {
    a: {
      type: "boolean",
      variations: { on: true, off: false },
      enabled: true,
      off: "off",
      otherwise: "off",
      overrides: { on: ["ann"], off: ["bob"] },
      prerequisites: [{ flag: "b", in: ["x", "y"] }],
      rules: [
        {
          key: "one",
          audience: { include: ["s1"], exclude: ["s2"], rule: { segment: "s3" } },
          variation: "on",
        },
        {
          key: "two",
          rollout: {
            salt: "salt-a",
            unit: "device",
            places: {
              on: [
                [0, 10],
                [20, PLACES],
              ],
            },
          },
        },
        { key: "three", experiment: "x" },
      ],
      scheduled: [
        { at: 1, enabled: false, off: "off", otherwise: "on" },
        {
          at: 2,
          enabled: true,
          off: "off",
          otherwise: "on",
          rules: [{ key: "two", rollout: { salt: "salt-a", places: { on: [] } } }],
        },
      ],
    },
    b: { type: "number", variations: { x: 1, y: 2 }, enabled: true, off: "x", otherwise: "y" },
    c: { type: "json", variations: { x: [1, { y: null }] }, enabled: true, off: "x", otherwise: "x" },
    d: { type: "string", variations: { x: "" }, enabled: true, off: "x", otherwise: "x" },
  },
  experiments: {
    x: {
      enabled: true,
      salt: "salt-x",
      iteration: 1,
      unit: "user",
      arms: { on: [[0, 5]], off: [[5, PLACES]] },
      allocation: [[0, 1]],
      audience: { exclude: ["s1"] },
      group: { key: "g", places: [[0, 1]] },
      holdout: "h",
      start: 1,
      end: 2,
    },
    y: {
      enabled: false,
      salt: "salt-y",
      iteration: 2,
      arms: { on: [[0, PLACES]] },
      group: { key: "g", places: [[1, 2]] },
    },
  },
  campaigns: {
    k: {
      kind: "prompt",
      placement: "top",
      enabled: true,
      content: {
        title: "Hello",
        text: "One\nTwo",
        image: { url: "/lamp.png", alt: "" },
        primary: { label: "Go", url: "https://example.com/a?b#c" },
        secondary: { label: "No", event: "no" },
      },
      experiment: { key: "x", contents: { on: { title: "Hi", primary: { label: "OK" } } } },
      audience: { include: ["s1"] },
      trigger: { on: "event", event: "add", where: { prop: "n", op: "gt", value: 1 }, within: { days: 1 } },
      start: 1,
      end: 2,
      priority: -3,
      caps: { once: true, every: { days: 1 }, atMost: 2 },
      goal: { event: "buy", where: { prop: "n", op: "gt", value: 1 } },
    },
    l: {
      kind: "banner",
      placement: "top",
      enabled: true,
      content: { title: "Hello" },
      trigger: { on: "page", op: "eq", value: "/X", ignoreCase: true },
    },
    m: {
      kind: "banner",
      placement: "top",
      enabled: true,
      content: { title: "Hello" },
      trigger: { on: "delay", after: { seconds: 5 } },
    },
  },
  groups: { g: { salt: "salt-g" } },
  holdouts: { h: { salt: "salt-h", places: [[5, 6]] } },
  caps: { every: { hours: 1 } },
};

/** A copy with one part replaced; undefined takes it out. */
function change(path: string, value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(whole));
  const keys = path.split("/").slice(1);
  let part = copy as { [key: string]: unknown };
  for (const key of keys.slice(0, -1)) part = (part[key] ??= {}) as { [key: string]: unknown };
  part[keys.at(-1) ?? ""] = value;
  return copy;
}

function problemOf(json: unknown): Problem | undefined {
  const parsed = parseDecisions(json);
  return parsed.ok ? undefined : parsed.problem;
}

test("every part of the language is accepted and given back unchanged", () => {
  expect(parseDecisions(whole)).toEqual({ ok: true, value: whole });
  expect(parseDecisions({})).toEqual({ ok: true, value: {} });
});

const F = "/flags/a";
const X = "/experiments/x";
const K = "/campaigns/k";
const ONE = { title: "x" };
const RANGE = [[0, PLACES]];
const flagOf = (prerequisites: unknown) => ({
  type: "boolean",
  variations: { on: true },
  enabled: true,
  off: "on",
  otherwise: "on",
  prerequisites,
});
const needs = (flag: string) => flagOf([{ flag, in: ["on"] }]);

describe("refused whole, with the path of the bad part (law 8)", () => {
  test.each<[path: string, value: unknown, code: string, at?: string]>([
    ["/flagz", {}, "unknown-key"],
    ["/flags", [], "wrong-type"],
    ["/flags", null, "wrong-type"],
    ["/flags/", needs("b"), "invalid-value"],
    ["/flags/$x", needs("b"), "invalid-value"],
    ["/flags/a b", needs("b"), "invalid-value"],
    [`${F}/x`, 1, "unknown-key"],
    [`${F}/type`, "bool", "invalid-value"],
    [`${F}/type`, undefined, "missing-key", F],
    [`${F}/variations/on`, "true", "wrong-type"],
    [`${F}/variations/on`, null, "wrong-type"],
    ["/flags/b/variations/x", Number.NaN, "wrong-type"],
    ["/flags/b/variations/x", Infinity, "wrong-type"],
    ["/flags/c/variations/x", "text", "wrong-type"],
    ["/flags/c/variations/x", null, "wrong-type"],
    ["/flags/c/variations/x", { y: [1, undefined] }, "wrong-type", "/flags/c/variations/x/y/1"],
    ["/flags/c/variations/x", { y: Math.abs }, "wrong-type", "/flags/c/variations/x/y"],
    ["/flags/d/variations/x", 5, "wrong-type"],
    [`${F}/enabled`, "yes", "wrong-type"],
    [`${F}/off`, "toString", "unknown-variation"],
    [`${F}/off`, "constructor", "unknown-variation"],
    [`${F}/otherwise`, "maybe", "unknown-variation"],
    [`${F}/overrides/maybe`, [], "unknown-variation"],
    [`${F}/overrides/on`, [""], "invalid-value", `${F}/overrides/on/0`],
    [`${F}/overrides/off`, ["bob", "ann"], "duplicate", `${F}/overrides/off/1`],
    [`${F}/prerequisites/0/flag`, "zzz", "unknown-flag"],
    [`${F}/prerequisites/0/flag`, "toString", "unknown-flag"],
    [`${F}/prerequisites/0/in/1`, "z", "unknown-variation"],
    [`${F}/prerequisites/0/not`, [], "unknown-key"],
    ["/flags/b", needs("a"), "unknown-variation", `${F}/prerequisites/0/in/0`],
    [`${F}/rules/0/key`, "two", "duplicate", `${F}/rules/1/key`],
    [`${F}/rules/0/key`, undefined, "missing-key", `${F}/rules/0`],
    [`${F}/rules/0/variation`, "z", "unknown-variation"],
    [`${F}/rules/0/variation`, undefined, "unknown-form", `${F}/rules/0`],
    [`${F}/rules/0/experiment`, "x", "unknown-form", `${F}/rules/0`],
    [`${F}/rules/0/audience/include/0`, "$flag/a/one", "invalid-value"],
    [`${F}/rules/0/audience/include/0`, "Upper", "invalid-value"],
    [`${F}/rules/0/audience/only`, [], "unknown-key"],
    [
      `${F}/rules/0/audience/rule`,
      { all: [{ segment: "$flag/a/one" }] },
      "invalid-value",
      `${F}/rules/0/audience/rule/all/0/segment`,
    ],
    [
      `${F}/rules/0/audience/rule`,
      { all: [{ trait: "x", op: "is" }] },
      "unknown-operator",
      `${F}/rules/0/audience/rule/all/0/op`,
    ],
    [`${F}/rules/1/rollout/salt`, "a.b", "invalid-value"],
    [`${F}/rules/1/rollout/salt`, "salt-x", "duplicate-salt", "/experiments/x/salt"],
    [`${F}/rules/1/rollout/unit`, "session", "invalid-value"],
    [`${F}/rules/1/rollout/places/maybe`, [], "unknown-variation"],
    [
      `${F}/rules/1/rollout/places/on`,
      [[0, PLACES + 1]],
      "invalid-value",
      `${F}/rules/1/rollout/places/on/0/1`,
    ],
    [`${F}/rules/1/rollout/places/on`, [[-1, 5]], "invalid-value", `${F}/rules/1/rollout/places/on/0/0`],
    [`${F}/rules/1/rollout/places/on`, [[5, 5]], "invalid-value", `${F}/rules/1/rollout/places/on/0/1`],
    [`${F}/rules/1/rollout/places/on`, [[0.5, 5]], "invalid-value", `${F}/rules/1/rollout/places/on/0/0`],
    [`${F}/rules/1/rollout/places/on`, [[0, 5, 9]], "invalid-value", `${F}/rules/1/rollout/places/on/0`],
    [
      `${F}/rules/1/rollout/places/on`,
      [
        [0, 5],
        [4, 9],
      ],
      "invalid-value",
      `${F}/rules/1/rollout/places/on/1`,
    ],
    [`${F}/rules/1/rollout/places/off`, [[25, 30]], "overlap"],
    [`${F}/rules/2/experiment`, "zzz", "unknown-experiment"],
    [`${F}/rules/2/experiment`, "constructor", "unknown-experiment"],
    [`${F}/scheduled/0/at`, 2, "invalid-value", `${F}/scheduled/1/at`],
    [`${F}/scheduled/0/at`, 1.5, "invalid-value"],
    [`${F}/scheduled/0/type`, "boolean", "unknown-key"],
    [`${F}/scheduled/1/off`, "z", "unknown-variation"],
    [`${X}/arms`, {}, "incomplete"],
    [`${X}/arms`, { on: [[0, PLACES - 1]] }, "incomplete"],
    [`${X}/arms`, { on: [[0, 6]], off: [[5, PLACES]] }, "overlap", `${X}/arms/off`],
    [`${X}/arms`, { third: RANGE }, "unknown-variation", `${F}/rules/2/experiment`],
    [`${X}/iteration`, 0, "invalid-value"],
    [`${X}/salt`, "", "invalid-value"],
    [`${X}/salt`, "salt-g", "duplicate-salt", "/groups/g/salt"],
    [`${X}/group/key`, "zzz", "unknown-group"],
    [`${X}/group/places`, [[0, 2]], "overlap", "/experiments/y/group/places"],
    [`${X}/unit`, "device", "mixed-units", "/experiments/y/unit"],
    [`${X}/holdout`, "zzz", "unknown-holdout"],
    [`${X}/end`, 1, "invalid-value"],
    [`${X}/start`, "2024-01-01", "invalid-value"],
    [`${X}/weights`, {}, "unknown-key"],
    [`${K}/kind`, "popup", "invalid-value"],
    [`${K}/placement`, "", "invalid-value"],
    [`${K}/content/html`, "<b>", "unknown-key"],
    [`${K}/content/title`, undefined, "missing-key", `${K}/content`],
    [`${K}/content/title`, " \t", "hidden-character"],
    [`${K}/content/title`, "  ", "invalid-value"],
    [`${K}/content/title`, "a\nb", "hidden-character"],
    [`${K}/content/image/alt`, undefined, "missing-key", `${K}/content/image`],
    [`${K}/content/image/url`, "mailto:a@example.com", "invalid-url"],
    [`${K}/content/primary/event`, "go", "unknown-key"],
    [`${K}/content/secondary/event`, "*", "invalid-value"],
    [`${K}/content/secondary/onclick`, "alert(1)", "unknown-key"],
    [`${K}/experiment/key`, "zzz", "unknown-experiment"],
    [`${K}/experiment/contents/third`, ONE, "unknown-arm"],
    [`${K}/experiment/contents/on`, { title: 1 }, "wrong-type", `${K}/experiment/contents/on/title`],
    [`${K}/trigger/on`, "hover", "invalid-value"],
    [`${K}/trigger/within`, undefined, "missing-key", `${K}/trigger`],
    [`${K}/trigger/within`, { days: 0 }, "invalid-value", `${K}/trigger/within/days`],
    [`${K}/trigger/event`, "*", "invalid-value"],
    [`${K}/trigger/where/op`, "is", "unknown-operator"],
    [`${K}/trigger/op`, "eq", "unknown-key"],
    ["/campaigns/l/trigger/op", "gt", "wrong-type", "/campaigns/l/trigger/value"],
    ["/campaigns/l/trigger/path", "/x", "unknown-key"],
    ["/campaigns/l/trigger/value", undefined, "missing-key", "/campaigns/l/trigger"],
    ["/campaigns/m/trigger/after", { months: 1 }, "unknown-key", "/campaigns/m/trigger/after/months"],
    [`${K}/end`, 1, "invalid-value"],
    [`${K}/priority`, 0.5, "invalid-value"],
    [`${K}/caps/once`, false, "invalid-value"],
    [`${K}/caps/atMost`, 0, "invalid-value"],
    [`${K}/caps/weekly`, 1, "unknown-key"],
    [`${K}/goal/event`, "", "invalid-value"],
    [`${K}/goal/where`, { first: false }, "invalid-value", `${K}/goal/where/first`],
    ["/groups/g/salt", undefined, "missing-key", "/groups/g"],
    ["/holdouts/h/places", [[5, 4]], "invalid-value", "/holdouts/h/places/0/1"],
    ["/caps/once", 1, "invalid-value"],
  ])("%s = %j: %s", (path, value, code, at = path) => {
    expect(problemOf(change(path, value))).toMatchObject({ code, path: at });
  });

  test("a flag that needs itself, directly, through others, or at a later time", () => {
    const { flags } = whole;
    const cycle = (more: object) => problemOf({ ...whole, flags: { ...flags, ...more } });
    expect(cycle({ z: needs("z") })).toMatchObject({ code: "cycle", path: "/flags/z/prerequisites/0/flag" });
    expect(cycle({ y: needs("z"), z: needs("y") })).toMatchObject({
      code: "cycle",
      path: "/flags/z/prerequisites/0/flag",
    });
    const later = {
      ...flagOf([]),
      scheduled: [
        { at: 1, enabled: true, off: "on", otherwise: "on", prerequisites: [{ flag: "y", in: [] }] },
      ],
    };
    expect(cycle({ y: needs("z"), z: later })).toMatchObject({
      code: "cycle",
      path: "/flags/z/scheduled/0/prerequisites/0/flag",
    });
  });

  test("names that every object answers to are nobody's", () => {
    const hostile = JSON.parse('{"flags":{"__proto__":{"type":"boolean"}}}');
    expect(problemOf(hostile)).toMatchObject({ code: "invalid-value", path: "/flags/__proto__" });
    const named = change("/flags/constructor", needs("d"));
    expect(problemOf(named)).toMatchObject({ path: "/flags/constructor/prerequisites/0/in/0" });
  });
});
