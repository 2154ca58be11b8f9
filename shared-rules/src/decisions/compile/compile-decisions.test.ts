import { describe, expect, test } from "vitest";
import { compile, findCycle, link } from "../../index.ts";
import { ask, run } from "../../testing/decisions.ts";
import { decideFlag, decidePrompt } from "../decide/index.ts";
import type { Campaign, DecisionDefinitions, Experiment, Flag } from "../definitions.ts";
import { PLACES } from "../places.ts";
import { compileDecisions } from "./compile-decisions.ts";

const flag: Flag = {
  type: "string",
  variations: { a: "A", b: "B" },
  enabled: true,
  off: "a",
  otherwise: "a",
};
const experiment: Experiment = { enabled: true, salt: "x", iteration: 1, arms: { a: [[0, PLACES]], b: [] } };
const campaign: Campaign = { kind: "banner", placement: "top", enabled: true, content: { title: "Hello" } };
const audience = { include: ["beta", "vip"], exclude: ["staff"], rule: { not: { segment: "old" } } };

describe("segments", () => {
  const definitions: DecisionDefinitions = {
    flags: {
      f: {
        ...flag,
        overrides: { b: ["ann"] },
        rules: [
          { key: "r", audience, variation: "b" },
          { key: "all", variation: "b" },
        ],
        scheduled: [{ at: 5, ...flag, rules: [{ key: "r", audience, variation: "a" }] }],
      },
    },
    experiments: { x: { ...experiment, audience: { include: ["beta"] } } },
    campaigns: { c: { ...campaign, caps: { once: true } }, d: campaign },
  };

  test("stand under keys that no segment of a person has, one for each question", () => {
    expect(Object.keys(compileDecisions(definitions).segments).sort()).toEqual([
      "$arm/x/1/a",
      "$arm/x/1/b",
      "$campaign/c",
      "$experiment/x",
      "$flag/f/r",
      "$flag/f/r@5",
      "$override/f/b",
    ]);
  });

  test("hold an audience as it was given", () => {
    expect(compileDecisions(definitions).segments["$flag/f/r"]).toEqual({
      rule: {
        all: [
          { any: [{ segment: "beta" }, { segment: "vip" }] },
          { not: { any: [{ segment: "staff" }] } },
          { not: { segment: "old" } },
        ],
      },
    });
  });

  test("need no part of the engine that is loaded on demand but measures", () => {
    const segments = compileDecisions({
      ...definitions,
      campaigns: { c: { ...campaign, caps: { every: { days: 1 } } } },
    }).segments;
    expect(link({ zone: "UTC", segments }).needs).toEqual(["measures"]);
  });

  test("are no part of a cycle: people's segments do not name them", () => {
    const { segments } = compileDecisions(definitions);
    for (const [key, segment] of Object.entries(segments))
      if ("rule" in segment) expect(findCycle(key, segment.rule, segments)).toBeNull();
    expect(() => compile({ zone: "UTC", segments })).not.toThrow();
  });
});

describe("a table", () => {
  test("names the versions of the segments that an audience names", () => {
    const definitions = {
      flags: {
        f: { ...flag, rules: [{ key: "r", audience: { ...audience, rule: { all: [] } }, variation: "b" }] },
      },
    };
    const { table } = compileDecisions(
      definitions,
      new Map([
        ["vip", 7],
        ["beta", 3],
        ["other", 1],
      ]),
    );
    const answers = () => ({ member: true, until: null });
    expect(decideFlag(table, "f", "", { now: 0, answers })).toMatchObject({ segmentVersion: "beta@3 vip@7" });
    expect(decideFlag(compileDecisions(definitions).table, "f", "", { now: 0, answers })).not.toHaveProperty(
      "segmentVersion",
    );
  });

  test("orders campaigns by priority, then by key, and leaves out those that are not enabled", () => {
    const campaigns = {
      b: { ...campaign, priority: 1 },
      a: { ...campaign, priority: 1 },
      z: campaign,
      y: { ...campaign, enabled: false },
      c: { ...campaign, priority: 2 },
      else: { ...campaign, placement: "side" },
    };
    const { placements } = compileDecisions({ campaigns }).table;
    expect(placements.top?.map(({ key }) => key)).toEqual(["c", "a", "b", "z"]);
    expect(placements.side?.map(({ key }) => key)).toEqual(["else"]);
  });

  test("joins ranges that touch, and ends with the last place that is somebody's", () => {
    const rollout = {
      salt: "s",
      places: {
        a: [
          [0, 5],
          [5, 9],
        ] as const,
        b: [[20, 30]] as const,
      },
    };
    const { table } = compileDecisions({ flags: { f: { ...flag, rules: [{ key: "r", rollout }] } } });
    expect(table.flags.f?.states[0].rules[0]?.rollout).toEqual({
      split: {
        seed: "s",
        ends: [
          [9, "a"],
          [20, null],
          [30, "b"],
        ],
      },
    });
  });
});

test("a prompt that was not accepted is a question for any rule", () => {
  const campaigns = {
    again: {
      ...campaign,
      audience: {
        rule: {
          event: "$prompt",
          where: {
            all: [
              { prop: "campaign", op: "eq", value: "again" },
              { prop: "action", op: "eq", value: "accepted" },
            ],
          },
          op: "eq",
          value: 0,
        },
      },
    },
  } as const;
  const running = run({ campaigns });
  const prompt = (action: string) => ({
    id: action,
    name: "$prompt",
    ts: 1,
    props: { campaign: "again", action },
  });
  const shows = (...actions: string[]) =>
    decidePrompt(running.table, "top", ask(running, { traits: {}, events: actions.map(prompt) }, 2)).campaign;
  expect(shows()).toBe("again");
  expect(shows("shown", "dismissed")).toBe("again");
  expect(shows("shown", "accepted")).toBeUndefined();
});
