import { LIMITS } from "@muster/rules";
import type {
  DecisionsDocument,
  EvaluateResponse,
  ProblemDocument,
  SavedExperiment,
  SavedFlag,
} from "@muster/rules/wire";
import { beforeEach, describe, expect, test } from "vitest";
import { TestEdge, track } from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
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
const BODIES = {
  flags: FLAG,
  experiments: EXPERIMENT,
  campaigns: CAMPAIGN,
  groups: {},
  holdouts: { share: 5 },
};

function put<Body = ProblemDocument>(path: string, body: unknown, headers: Record<string, string> = {}) {
  return edge.call<Body>("PUT", `/v1/${path}`, body, { headers });
}

async function documentNow(): Promise<DecisionsDocument["document"]> {
  return (await edge.call<DecisionsDocument>("GET", "/v1/decisions")).body.document;
}

const sizeOf = (places: readonly (readonly [number, number])[] = []) =>
  places.reduce((sum, [from, to]) => sum + to - from, 0) / 2 ** 32;

/** How much of all places two lists have in common. */
function shared(one: readonly (readonly [number, number])[] = [], other: typeof one = []): number {
  const common = one.flatMap(([a, b]) => other.map(([c, d]) => Math.max(0, Math.min(b, d) - Math.max(a, c))));
  return common.reduce((sum, size) => sum + size, 0) / 2 ** 32;
}

describe.each(Object.entries(BODIES))("%s", (part, body) => {
  test("are made, read, listed, replaced and archived, and keep their versions", async () => {
    const first = await put<SavedFlag>(`${part}/one.Two_3-x`, { ...body, name: "First" });
    expect(first.status).toBe(200);
    expect(first.headers.get("etag")).toBe('"1"');
    expect(first.body).toMatchObject({ key: "one.Two_3-x", version: 1, archivedAt: null, warnings: [] });
    expect(first.body.definition).toEqual({ ...body, name: "First" });

    const again = await put<SavedFlag>(`${part}/one.Two_3-x`, first.body.definition);
    expect(again.body).toEqual(first.body);
    const second = await put<SavedFlag>(`${part}/one.Two_3-x`, { ...body, name: "Second" });
    expect(second.body.version).toBe(2);
    const { body: read } = await edge.call("GET", `/v1/${part}/one.Two_3-x`);
    expect(read).toEqual(second.body);

    await edge.define(`${part}/other`, body);
    const listed = async (query: string) =>
      (
        await edge.call<{ definitions: { key: string }[]; next: string | null }>(
          "GET",
          `/v1/${part}?${query}`,
        )
      ).body;
    expect((await listed("")).definitions.map(({ key }) => key)).toEqual(["one.Two_3-x", "other"]);
    expect((await listed("search=SECOND")).definitions.map(({ key }) => key)).toEqual(["one.Two_3-x"]);
    const page = await listed("limit=1");
    expect(page.next).toBe("one.Two_3-x");
    expect((await listed(`limit=1&cursor=${page.next}`)).definitions.map(({ key }) => key)).toEqual([
      "other",
    ]);

    expect((await edge.call("DELETE", `/v1/${part}/other`)).status).toBe(204);
    expect((await edge.call("DELETE", `/v1/${part}/other`)).status).toBe(204);
    expect((await listed("")).definitions.map(({ key }) => key)).toEqual(["one.Two_3-x"]);
    expect((await listed("archived=true")).definitions.map(({ key }) => key)).toEqual(["other"]);
    const versions = await edge.call<{ versions: { version: number; definition: object }[] }>(
      "GET",
      `/v1/${part}/one.Two_3-x/versions`,
    );
    expect(versions.body.versions.map(({ version }) => version)).toEqual([2, 1]);
    expect(versions.body.versions[1]?.definition).toEqual({ ...body, name: "First" });
    expect(Object.keys((await documentNow())[part as "flags"] ?? {})).toEqual(["one.Two_3-x"]);
  });

  test("are changed by who has seen the version that is there", async () => {
    expect((await put(`${part}/one`, body, { "if-match": '"1"' })).status).toBe(412);
    await edge.define(`${part}/one`, body);
    expect((await put(`${part}/one`, { ...body, name: "B" }, { "if-match": '"1"' })).status).toBe(200);
    const late = await put(`${part}/one`, { ...body, name: "C" }, { "if-match": '"1"' });
    expect(late.body).toMatchObject({ status: 412, code: "version-mismatch" });
    expect(
      (await edge.call("DELETE", `/v1/${part}/one`, undefined, { headers: { "if-match": '"1"' } })).status,
    ).toBe(412);
  });

  test("are an admin's to see and to change", async () => {
    await edge.define(`${part}/one`, body);
    for (const kind of ["secret", "publishable"] as const) {
      const key = await edge.key(kind);
      for (const method of ["GET", "PUT", "DELETE"])
        expect(
          (await edge.call(method, `/v1/${part}/one`, method === "PUT" ? body : undefined, { key })).status,
        ).toBe(403);
      expect((await edge.call("GET", `/v1/${part}`, undefined, { key })).status).toBe(403);
    }
    expect((await edge.call("GET", `/v1/${part}/none`)).status).toBe(404);
    expect((await edge.call("DELETE", `/v1/${part}/none`)).status).toBe(404);
    expect((await edge.call("GET", `/v1/${part}/none/versions`)).status).toBe(404);
  });

  test("have keys of letters, digits, '.', '_' and '-', whatever JavaScript makes of them", async () => {
    for (const key of ["__proto__", "-a", "a b", "$a", "a".repeat(LIMITS.key + 1), "ä"]) {
      const { body: problem } = await put(`${part}/${encodeURIComponent(key)}`, body);
      expect(problem, key).toMatchObject({ status: 400, code: "invalid-parameter", path: "key" });
    }
    for (const key of ["constructor", "toString", "hasOwnProperty", "a".repeat(LIMITS.key)]) {
      await edge.define(`${part}/${key}`, body);
      expect((await documentNow())[part as "flags"]).toHaveProperty([key]);
    }
    expect((await edge.sync({ anonymousId: "a" })).ruleset).not.toBeNull();
  });
});

describe("weights", () => {
  const rollout = (weights: object, more: object = {}) => ({
    ...FLAG,
    rules: [{ key: "r", rollout: { weights } }],
    ...more,
  });
  const placesNow = async () => {
    const rule = (await documentNow()).flags?.f?.rules?.[0];
    if (!rule || !("rollout" in rule)) throw new Error("no rollout");
    return rule.rollout;
  };

  test("become places that stay whose they are as far as they may, under one salt", async () => {
    await edge.define("flags/f", rollout({ on: 25 }));
    const first = await placesNow();
    expect(sizeOf(first.places.on)).toBeCloseTo(0.25, 8);
    await edge.define("flags/f", rollout({ on: 40, off: 60 }));
    const second = await placesNow();
    expect(second.salt).toBe(first.salt);
    expect(shared(first.places.on, second.places.on)).toBeCloseTo(0.25, 8);
    expect(sizeOf(second.places.off)).toBeCloseTo(0.6, 8);
    await edge.define("flags/f", rollout({ on: 10, off: 60 }));
    const third = await placesNow();
    expect(shared(second.places.on, third.places.on)).toBeCloseTo(0.1, 8);
    expect(third.places.off).toEqual(second.places.off);
    await edge.define("flags/f", rollout({ on: 10, off: 60 }, { name: "Other" }));
    expect(await placesNow()).toEqual(third);
  });

  test("survive that the flag is archived and made again", async () => {
    await edge.define("flags/f", rollout({ on: 25 }));
    const first = await placesNow();
    await edge.call("DELETE", "/v1/flags/f");
    const { version } = await edge.define<SavedFlag>("flags/f", rollout({ on: 25 }));
    expect(version).toBe(3);
    expect(await placesNow()).toEqual(first);
  });

  test("of a scheduled state move from the state before it, which stays as it was when it becomes the flag", async () => {
    const later = { at: edge.now + 1_000, enabled: true, off: "off", otherwise: "off" };
    const scheduled = [{ ...later, rules: [{ key: "r", rollout: { weights: { on: 30, off: 70 } } }] }];
    await edge.define("flags/f", rollout({ on: 20 }, { scheduled }));
    const flag = (await documentNow()).flags?.f;
    const rule = flag?.scheduled?.[0]?.rules?.[0];
    const next = rule && "rollout" in rule ? rule.rollout : undefined;
    const first = await placesNow();
    expect(next?.salt).toBe(first.salt);
    expect(shared(first.places.on, next?.places.on)).toBeCloseTo(0.2, 8);
    edge.now += 2_000;
    await edge.define("flags/f", rollout({ on: 30, off: 70 }));
    expect((await placesNow()).places).toEqual(next?.places);
  });

  test("of arms are parts of their sum: three equal ones are thirds", async () => {
    await edge.define("experiments/e", { ...EXPERIMENT, weights: { a: 1, b: 1, c: 1 }, allocation: 33.3333 });
    const { arms, allocation } = (await documentNow()).experiments?.e ?? {};
    for (const arm of ["a", "b", "c"]) expect(sizeOf(arms?.[arm])).toBeCloseTo(1 / 3, 8);
    expect(sizeOf(allocation)).toBeCloseTo(0.333333, 8);
  });

  test("of experiments of one group never overlap, and leave each other alone", async () => {
    await edge.define("groups/g", {});
    await edge.define("experiments/a", { ...EXPERIMENT, group: { key: "g", share: 40 } });
    await edge.define("experiments/b", { ...EXPERIMENT, group: { key: "g", share: 60 } });
    const before = (await documentNow()).experiments ?? {};
    const full = await put("experiments/c", { ...EXPERIMENT, group: { key: "g", share: 1 } });
    expect(full.body).toMatchObject({ reason: "group-full", path: "/group/share" });
    await edge.define("experiments/a", { ...EXPERIMENT, group: { key: "g", share: 20 } });
    await edge.define("experiments/c", { ...EXPERIMENT, group: { key: "g", share: 15.5 } });
    const after = (await documentNow()).experiments ?? {};
    expect(after.b).toEqual(before.b);
    expect(shared(before.a?.group?.places, after.a?.group?.places)).toBeCloseTo(0.2, 8);
    expect(sizeOf(after.c?.group?.places)).toBeCloseTo(0.155, 8);
    expect(shared(after.a?.group?.places, after.c?.group?.places)).toBe(0);
  });
});

test("pages of large definitions end before they are too large, and go on where they ended", async () => {
  const large = (name: string) => ({
    ...FLAG,
    type: "string",
    variations: Object.fromEntries(
      Array.from({ length: 15 }, (_, index) => [
        index === 0 ? "on" : index === 1 ? "off" : `v${index}`,
        "x".repeat(32_000),
      ]),
    ),
    name,
  });
  for (let version = 1; version <= 11; version++) await edge.define("flags/large", large(String(version)));
  const read = (query: string) =>
    edge.call<{ versions: { version: number }[]; next: string | null }>(
      "GET",
      `/v1/flags/large/versions?${query}`,
    );
  const { body: first } = await read("limit=1000");
  const { body: rest } = await read(`limit=1000&cursor=${first.next}`);
  expect(first.versions.length).toBe(9);
  expect([...first.versions, ...rest.versions].map(({ version }) => version)).toEqual([
    11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
  ]);
  expect(rest.next).toBeNull();
});

describe("promises to those who were drawn", () => {
  test("an experiment's arms, unit and group change with a new iteration only", async () => {
    await edge.define("groups/g", {});
    await edge.define("experiments/e", EXPERIMENT);
    const fewer = await put("experiments/e", { ...EXPERIMENT, weights: { on: 1 } });
    expect(fewer.body).toMatchObject({
      status: 409,
      code: "unsafe-change",
      reason: "arm-removed",
      path: "/weights",
    });
    const unit = await put("experiments/e", { ...EXPERIMENT, unit: "device" });
    expect(unit.body).toMatchObject({ code: "unsafe-change", reason: "unit-changed", path: "/unit" });
    const joined = { ...EXPERIMENT, group: { key: "g", share: 10 } };
    expect((await put("experiments/e", joined)).body).toMatchObject({
      reason: "group-joined",
      path: "/group/key",
    });
    await edge.define("experiments/e", { ...EXPERIMENT, weights: { on: 0, off: 1 } });

    const before = (await documentNow()).experiments?.e;
    const iterate = (body: object) =>
      edge.call<SavedExperiment>("POST", "/v1/experiments/e/iterations", body);
    const drawn = await iterate({ definition: { ...joined, weights: { on: 1 }, unit: "device" } });
    expect(drawn.body).toMatchObject({ version: 3, iteration: 2 });
    expect((await iterate({})).body).toMatchObject({
      version: 4,
      iteration: 3,
      definition: drawn.body.definition,
    });
    expect((await documentNow()).experiments?.e?.salt).toBe(before?.salt);
    expect((await edge.call("POST", "/v1/experiments/none/iterations", {})).status).toBe(404);
    expect((await iterate({ definition: { ...joined, salt: "x" } })).status).toBe(422);
  });

  test("who was exposed keeps the arm through new weights, and is drawn anew with a new iteration", async () => {
    await edge.define("experiments/e", EXPERIMENT);
    const props = { experiment: "e", iteration: 1, variation: "on", unit: "u", flag: "f" };
    await edge.batch(track({ userId: "u" }, "$exposure", { props }));
    const armsOf = async (iteration: number) => {
      const segments = ["on", "off"].map((arm) => `$arm/e/${iteration}/${arm}`);
      const { body } = await edge.call<EvaluateResponse>("POST", "/v1/evaluate", { userId: "u", segments });
      return Object.entries(body.memberships).map(([key, { member }]) => [key.split("/").at(-1), member]);
    };
    await edge.define("experiments/e", { ...EXPERIMENT, weights: { on: 0, off: 1 }, allocation: 0 });
    expect(await armsOf(1)).toEqual([
      ["on", true],
      ["off", false],
    ]);
    await edge.call("POST", "/v1/experiments/e/iterations", {});
    expect(await armsOf(1)).toEqual([]);
    expect(await armsOf(2)).toEqual([
      ["on", false],
      ["off", false],
    ]);
  });

  test("an archived experiment's key is never given to another", async () => {
    await edge.define("experiments/e", EXPERIMENT);
    await edge.call("DELETE", "/v1/experiments/e");
    expect((await put("experiments/e", EXPERIMENT)).body).toMatchObject({
      status: 409,
      code: "archived-key",
    });
    expect((await edge.call("POST", "/v1/experiments/e/iterations", {})).status).toBe(404);
  });

  test("what others need stays, and is told to be needed", async () => {
    await edge.define("holdouts/h", { share: 5 });
    await edge.define("experiments/e", { ...EXPERIMENT, holdout: "h" });
    await edge.define("flags/a", { ...FLAG, rules: [{ key: "r", experiment: "e" }] });
    await edge.define("flags/b", { ...FLAG, prerequisites: [{ flag: "a", in: ["on"] }] });
    for (const path of ["holdouts/h", "experiments/e", "flags/a"]) {
      const { body } = await edge.call("DELETE", `/v1/${path}`);
      expect(body, path).toMatchObject({ status: 409, code: "definition-in-use" });
    }
    const renamed = { ...FLAG, variations: { yes: true, off: false } };
    const { body } = await put("flags/a", renamed);
    expect(body).toMatchObject({ code: "definition-in-use", reason: "unknown-variation" });
    expect(body.detail).toContain("/flags/b/prerequisites/0/in/0");
  });
});

describe("private definitions", () => {
  test("are not needed by what browsers decide", async () => {
    await edge.define("groups/g", {});
    await edge.define("flags/hush", { ...FLAG, private: true });
    await edge.define("experiments/hush", { ...EXPERIMENT, private: true, group: { key: "g", share: 10 } });
    const needs = async (path: string, body: object) => {
      const { body: problem } = await put(path, body);
      return [problem.reason, problem.path];
    };
    const prerequisites = [{ flag: "hush", in: ["on"] }];
    const state = { enabled: true, off: "off", otherwise: "off" };
    expect(await needs("flags/f", { ...FLAG, prerequisites })).toEqual([
      "needs-private",
      "/prerequisites/0/flag",
    ]);
    expect(await needs("flags/f", { ...FLAG, scheduled: [{ at: 1, ...state, prerequisites }] })).toEqual([
      "needs-private",
      "/scheduled/0/prerequisites/0/flag",
    ]);
    const rules = [{ key: "r", experiment: "hush" }];
    expect(await needs("flags/f", { ...FLAG, rules })).toEqual(["needs-private", "/rules/0/experiment"]);
    const experiment = { key: "hush", contents: {} };
    expect(await needs("campaigns/c", { ...CAMPAIGN, experiment })).toEqual([
      "needs-private",
      "/experiment/key",
    ]);
    expect(await needs("experiments/e", { ...EXPERIMENT, group: { key: "g", share: 10 } })).toEqual([
      "mixed-privacy",
      "/group/key",
    ]);
    await edge.define("flags/f", { ...FLAG, private: true, prerequisites, rules });
    await edge.define("campaigns/c", { ...CAMPAIGN, private: true, experiment });
    expect((await put("flags/hush", FLAG)).status).toBe(200);
    await edge.define("flags/f", { ...FLAG, prerequisites });
    expect((await put("flags/hush", { ...FLAG, private: true })).body).toMatchObject({
      code: "definition-in-use",
    });
  });
});

test("audiences may name segments that nobody can be in, and that is told", async () => {
  await edge.segment("live", { all: [] });
  await edge.segment("draft", { all: [] }, { status: "draft" });
  await edge.segment("old", { all: [] });
  await edge.call("PATCH", "/v1/segments/old", { status: "archived" });
  const audience = { include: ["live", "none"], exclude: ["draft"], rule: { any: [{ segment: "old" }] } };
  const { warnings } = await edge.define<SavedFlag>("flags/f", {
    ...FLAG,
    rules: [{ key: "r", audience, variation: "on" }],
  });
  expect(warnings.map(({ code, path }) => [code, path])).toEqual([
    ["segment-unknown", "/rules/0/audience/include/1"],
    ["segment-draft", "/rules/0/audience/exclude/0"],
    ["segment-archived", "/rules/0/audience/rule/any/0/segment"],
  ]);
  await edge.call("PATCH", "/v1/segments/live", { status: "archived" });
  const { body } = await edge.call<SavedFlag>("GET", "/v1/flags/f");
  expect(body.warnings[0]).toMatchObject({ code: "segment-archived", path: "/rules/0/audience/include/0" });
});

test("caps are read and replaced", async () => {
  expect((await edge.call("GET", "/v1/caps")).body).toEqual({});
  expect((await put("caps", { atMost: 3, every: { days: 1 } })).body).toEqual({
    atMost: 3,
    every: { days: 1 },
  });
  expect((await edge.call("GET", "/v1/caps")).body).toEqual({ atMost: 3, every: { days: 1 } });
  expect((await documentNow()).caps).toEqual({ atMost: 3, every: { days: 1 } });
  expect((await put("caps", { atMost: 0 })).body).toMatchObject({
    status: 422,
    reason: "invalid-value",
    path: "/atMost",
  });
  await put("caps", {});
  expect(await documentNow()).not.toHaveProperty("caps");
});

test("two who change definitions at once both have their way", async () => {
  const keys = Array.from({ length: 6 }, (_, index) => `e${index}`);
  await edge.define("groups/g", {});
  const answers = await Promise.all(
    keys.map((key) => put(`experiments/${key}`, { ...EXPERIMENT, group: { key: "g", share: 15 } })),
  );
  expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200));
  const experiments = Object.values((await documentNow()).experiments ?? {});
  const ranges = experiments.flatMap(({ group }) => group?.places ?? []);
  expect(sizeOf(ranges)).toBeCloseTo(0.9, 6);
  for (const [index, one] of ranges.entries())
    for (const other of ranges.slice(index + 1)) expect(shared([one], [other])).toBe(0);
});
