import { LIMITS } from "@muster/rules";
import type { DecisionsChange, DecisionsDocument } from "@muster/rules/wire";
import { beforeAll, expect, test } from "vitest";
import { TestEdge } from "../../test/edge.ts";

let edge: TestEdge;
beforeAll(async () => {
  edge = await TestEdge.create();
});

const FLAG = {
  type: "boolean",
  variations: { on: true, off: false },
  enabled: true,
  off: "off",
  otherwise: "off",
};
const EXPERIMENT = { enabled: true, weights: { on: 50, off: 50 } };
const CAMPAIGN = { kind: "banner", placement: "top", enabled: true, content: { title: "Hello" } };

const put = (path: string, body: unknown) => edge.call("PUT", `/v1/${path}`, body);

const rollout = (weights: unknown) => ({ ...FLAG, rules: [{ key: "r", rollout: { weights } }] });
const content = (more: object) => ({ ...CAMPAIGN, content: { title: "Hello", ...more } });
// What was written, and what is said of it: the reason, and where.
test.each<[string, string, unknown, string, string]>([
  ["an unknown key", "flags/f", { ...FLAG, colour: 1 }, "unknown-key", "/colour"],
  ["a missing key", "flags/f", { ...FLAG, off: undefined }, "missing-key", ""],
  ["a weight below 0", "flags/f", rollout({ on: -1 }), "invalid-value", "/rules/0/rollout/weights/on"],
  [
    "a weight with five decimals",
    "flags/f",
    rollout({ on: 0.00001 }),
    "invalid-value",
    "/rules/0/rollout/weights/on",
  ],
  [
    "more than 100 percent",
    "flags/f",
    rollout({ on: 60, off: 41 }),
    "invalid-value",
    "/rules/0/rollout/weights",
  ],
  [
    "a weight of no variation",
    "flags/f",
    rollout({ maybe: 1 }),
    "unknown-variation",
    "/rules/0/rollout/weights/maybe",
  ],
  [
    "a hostile name",
    "flags/f",
    rollout(JSON.parse('{"__proto__": 5}')),
    "invalid-value",
    "/rules/0/rollout/weights/__proto__",
  ],
  [
    "no weights",
    "flags/f",
    { ...FLAG, rules: [{ key: "r", rollout: {} }] },
    "missing-key",
    "/rules/0/rollout",
  ],
  [
    "places",
    "flags/f",
    { ...FLAG, rules: [{ key: "r", rollout: { weights: {}, salt: "s" } }] },
    "unknown-key",
    "/rules/0/rollout/salt",
  ],
  ["a rule that is none", "flags/f", { ...FLAG, rules: [null] }, "wrong-type", "/rules/0"],
  ["rules that are none", "flags/f", { ...FLAG, rules: {} }, "wrong-type", "/rules"],
  [
    "a scheduled state's weight",
    "flags/f",
    {
      ...FLAG,
      scheduled: [
        {
          at: 1,
          enabled: true,
          off: "off",
          otherwise: "off",
          rules: [{ key: "r", rollout: { weights: { on: "1" } } }],
        },
      ],
    },
    "invalid-value",
    "/scheduled/0/rules/0/rollout/weights/on",
  ],
  [
    "a flag that needs itself",
    "flags/f",
    { ...FLAG, prerequisites: [{ flag: "f", in: ["on"] }] },
    "cycle",
    "/prerequisites/0/flag",
  ],
  [
    "a flag that is not there",
    "flags/f",
    { ...FLAG, prerequisites: [{ flag: "g", in: ["on"] }] },
    "unknown-flag",
    "/prerequisites/0/flag",
  ],
  ["no weight above 0", "experiments/e", { ...EXPERIMENT, weights: { on: 0 } }, "invalid-value", "/weights"],
  ["a salt", "experiments/e", { ...EXPERIMENT, salt: "x" }, "unknown-key", "/salt"],
  [
    "an arm's name",
    "experiments/e",
    { ...EXPERIMENT, weights: { "a b": 1 } },
    "invalid-value",
    "/weights/a b",
  ],
  ["an allocation", "experiments/e", { ...EXPERIMENT, allocation: 101 }, "invalid-value", "/allocation"],
  [
    "a group that is not there",
    "experiments/e",
    { ...EXPERIMENT, group: { key: "g", share: 1 } },
    "unknown-group",
    "/group/key",
  ],
  [
    "a group's share",
    "experiments/e",
    { ...EXPERIMENT, group: { key: "g", share: "1" } },
    "invalid-value",
    "/group/share",
  ],
  [
    "a holdout that is not there",
    "experiments/e",
    { ...EXPERIMENT, holdout: "h" },
    "unknown-holdout",
    "/holdout",
  ],
  ["an end before the start", "experiments/e", { ...EXPERIMENT, start: 5, end: 5 }, "invalid-value", "/end"],
  [
    "a script for a link",
    "campaigns/c",
    content({ primary: { label: "Go", url: "javascript:alert(1)" } }),
    "invalid-url",
    "/content/primary/url",
  ],
  [
    "a title's direction",
    "campaigns/c",
    content({ title: "a\u202eb" }),
    "hidden-character",
    "/content/title",
  ],
  [
    "a duration",
    "campaigns/c",
    { ...CAMPAIGN, caps: { every: { days: 0 } } },
    "invalid-value",
    "/caps/every/days",
  ],
  ["a share", "holdouts/h", { share: 100.5 }, "invalid-value", "/share"],
  ["a private group", "groups/g", { private: true }, "unknown-key", "/private"],
  ["a name that is none", "groups/g", { name: 5 }, "wrong-type", "/name"],
])("refuses %s and names it as it was written", async (_, path, body, reason, at) => {
  const { status, body: problem } = await put(path, body);
  expect({ status, code: problem.code, reason: problem.reason, path: problem.path }).toEqual({
    status: 422,
    code: "decision-invalid",
    reason,
    path: at,
  });
  expect(problem.detail).toContain(reason);
  expect((await edge.call("GET", `/v1/${path}`)).status).toBe(404);
});

test("refuses a body that is no object", async () => {
  expect((await put("flags/f", [])).body).toMatchObject({ status: 422, code: "invalid-body", path: "" });
});

/** A flag that has so many bytes as JSON. */
function flagOf(size: number) {
  const flag = (texts: string[]) => ({
    ...FLAG,
    type: "string",
    variations: Object.fromEntries(texts.map((text, index) => [`v${index}`, text])),
    off: "v0",
    otherwise: "v0",
  });
  const texts = Array.from({ length: Math.floor(size / 32_000) }, () => "a".repeat(31_000));
  const rest = size - JSON.stringify(flag([...texts, ""])).length;
  const filled = texts.map(
    (text, index) => text + "a".repeat(index * 1_000 < rest ? Math.min(1_000, rest - index * 1_000) : 0),
  );
  return flag([...filled, "a".repeat(Math.max(0, rest - texts.length * 1_000))]);
}

test("a definition has a limit (law 9)", async () => {
  const answers = await Promise.all(
    [-1, 0, 1].map(async (more) => put(`flags/f${more + 1}`, flagOf(LIMITS.definition + more))),
  );
  expect(answers.map(({ body }) => body.reason)).toEqual([undefined, undefined, "limit-definition"]);
});

test("all definitions together have a limit (law 9), and can be put as code at it", async () => {
  const edge = await TestEdge.create();
  const size = 400_000;
  for (const index of Array.from({ length: 5 }).keys()) await edge.define(`flags/f${index}`, flagOf(size));
  const { body } = await edge.call<DecisionsDocument>("GET", "/v1/decisions");
  const large = JSON.stringify(body.document.flags?.f0).length + size;
  const left = LIMITS.decisions - 5 * large;
  const last = { ...flagOf(Math.floor(left / 2) - 100), description: "" };
  await edge.define("flags/last", last);
  const { body: now } = await edge.call<DecisionsDocument>("GET", "/v1/decisions");
  const used = JSON.stringify(now.document.flags?.last).length + JSON.stringify(last).length;
  const reasons: (string | undefined)[] = [];
  for (const more of [-1, 0, 1]) {
    const description = "a".repeat(left - used + more);
    reasons.push((await edge.call("PUT", "/v1/flags/last", { ...last, description })).body.reason);
  }
  expect(reasons).toEqual([undefined, undefined, "limit-decisions"]);
  const { body: all } = await edge.call<DecisionsDocument>("GET", "/v1/decisions");
  const { body: put } = await edge.call<DecisionsChange>("PUT", "/v1/decisions", all);
  expect(put).toMatchObject({ applied: true, changed: [] });
}, 30_000);
