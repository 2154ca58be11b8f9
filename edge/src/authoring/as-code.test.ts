import type {
  DecisionsChange,
  DecisionsDocument,
  ProblemDocument,
  SavedExperiment,
  SavedFlag,
} from "@muster/rules/wire";
import { beforeEach, expect, test } from "vitest";
import { TestEdge } from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
  for (const [path, definition] of Object.entries(DEFINED)) await edge.define(path, definition);
});

const BOOLEAN = {
  type: "boolean",
  variations: { on: true, off: false },
  enabled: true,
  off: "off",
  otherwise: "off",
};
const DEFINED = {
  caps: { atMost: 5 },
  "groups/pages": { name: "Pages" },
  "holdouts/h": { share: 5 },
  "experiments/e": {
    enabled: true,
    weights: { on: 1, off: 2 },
    group: { key: "pages", share: 30 },
    holdout: "h",
  },
  "flags/f": {
    ...BOOLEAN,
    name: "F",
    rules: [
      { key: "r", rollout: { weights: { on: 12.5 } } },
      { key: "t", experiment: "e" },
    ],
  },
  "flags/hush": { ...BOOLEAN, private: true },
  "campaigns/c": { kind: "prompt", placement: "top", enabled: true, content: { title: "Hi" } },
};

async function read() {
  const { body, headers } = await edge.call<DecisionsDocument>("GET", "/v1/decisions");
  return { all: body, etag: headers.get("etag") ?? "" };
}

function put(body: unknown, query = "", headers: Record<string, string> = {}) {
  return edge.call<DecisionsChange & ProblemDocument>("PUT", `/v1/decisions${query}`, body, { headers });
}

const version = async () => edge.db.prepare("select version from workspace").first<number>("version");

test("what was read can be put again, and changes nothing", async () => {
  const { all } = await read();
  expect(all.about.flags).toEqual({ f: { name: "F" }, hush: { private: true } });
  const before = await version();
  edge.now += 5_000;
  const { body } = await put(all);
  expect(body).toEqual({ applied: true, created: [], changed: [], archived: [], unsafe: [], warnings: [] });
  expect(await version()).toBe(before);
});

test("a document moves to another workspace whole, and is written there as percentages", async () => {
  const { all } = await read();
  edge = await TestEdge.create();
  const { body } = await put(all);
  expect(body.created.length).toBe(6);
  expect((await read()).all).toEqual(all);
  const flag = await edge.call<SavedFlag>("GET", "/v1/flags/f");
  expect(flag.body.definition).toEqual(DEFINED["flags/f"]);
  const experiment = await edge.call<SavedExperiment>("GET", "/v1/experiments/e");
  expect(experiment.body.definition).toEqual({
    ...DEFINED["experiments/e"],
    weights: { on: 33.3333, off: 66.6667 },
  });
  const again = await edge.call<SavedFlag>("PUT", "/v1/flags/f", flag.body.definition);
  expect(again.body.version).toBe(1);
});

test("it is all or nothing: what is not in it is archived, what is wrong changes nothing", async () => {
  const { all } = await read();
  const { campaigns: _, ...others } = all.document;
  const next = {
    document: {
      ...others,
      flags: { ...others.flags, g: { ...BOOLEAN, prerequisites: [{ flag: "f", in: ["on"] }] } },
    },
    about: { ...all.about, campaigns: {}, flags: { f: {}, hush: { private: true } } },
  };
  const broken = { ...next, document: { ...next.document, holdouts: {} } };
  const { body: problem } = await put(broken);
  expect(problem).toMatchObject({
    code: "decision-invalid",
    reason: "unknown-holdout",
    path: "/document/experiments/e/holdout",
  });
  expect((await read()).all).toEqual(all);

  const { body: dry } = await put(next, "?dry=true");
  expect(dry).toMatchObject({
    applied: false,
    created: ["/flags/g"],
    changed: ["/flags/f"],
    archived: ["/campaigns/c"],
  });
  expect((await read()).all).toEqual(all);
  const { body } = await put(next);
  expect(body).toEqual({ ...dry, applied: true });
  const { body: campaigns } = await edge.call<{ definitions: unknown[] }>("GET", "/v1/campaigns");
  expect(campaigns.definitions).toEqual([]);
  expect((await edge.call<SavedFlag>("GET", "/v1/flags/f")).body.definition).not.toHaveProperty("name");
});

test("it says which promises it would break, and breaks none", async () => {
  const { all } = await read();
  const { document } = all;
  const { e } = document.experiments ?? {};
  const unsafe = {
    ...all,
    document: {
      ...document,
      experiments: { e: { ...e, unit: "device" } },
      holdouts: { h: { ...document.holdouts?.h, salt: "another" } },
    },
  };
  const { body: dry } = await put(unsafe, "?dry=true");
  expect(dry.unsafe.map(({ code, path }) => [code, path])).toEqual([
    ["unit-changed", "/document/experiments/e/unit"],
    ["salt-changed", "/document/holdouts/h/salt"],
  ]);
  const { body } = await put(unsafe);
  expect(body).toMatchObject({ status: 409, code: "unsafe-change", path: "/document/experiments/e/unit" });
  expect((await read()).all).toEqual(all);
});

test("an archived experiment comes back as itself only", async () => {
  const { all } = await read();
  const { flags: _, experiments, ...others } = all.document;
  await put({ document: others, about: {} });
  const { e } = experiments ?? {};
  const { body: other } = await put({
    document: { ...others, experiments: { e: { ...e, salt: "another" } } },
  });
  expect(other).toMatchObject({ code: "unsafe-change", reason: "salt-changed" });
  const { body } = await put({ document: { ...others, experiments } });
  expect(body.created).toEqual(["/experiments/e"]);
  expect((await edge.call<SavedExperiment>("GET", "/v1/experiments/e")).body).toMatchObject({
    version: 3,
    archivedAt: null,
  });
});

test("an experiment that comes back takes nobody from those of its group that ran meanwhile", async () => {
  await edge.define("experiments/later", { ...DEFINED["experiments/e"], group: { key: "pages", share: 20 } });
  const { all } = await read();
  const { flags: _, experiments, ...others } = all.document;
  const { e, later } = experiments ?? {};
  const of = (experiments: object) => ({ document: { ...others, experiments } });
  await put(of({ later }));
  expect((await put(of({ e, later }))).body).toMatchObject({
    code: "unsafe-change",
    reason: "group-joined",
    path: "/document/experiments/e/group/key",
  });
  edge.now += 1;
  await put(of({}));
  expect((await put(of({ e }))).body).toMatchObject({ reason: "group-joined" });
  expect((await put(of({ later }))).status).toBe(200);
  expect((await put(of({ e: { ...e, iteration: 2 }, later }))).status).toBe(200);
});

test("it replaces what its sender has seen", async () => {
  const { all, etag } = await read();
  edge.now += 1;
  await edge.call("PUT", "/v1/caps", { atMost: 6 });
  const { body } = await put(all, "", { "if-match": etag });
  expect(body).toMatchObject({ status: 412, code: "version-mismatch" });
  expect((await put(all, "", { "if-match": (await read()).etag })).status).toBe(200);
  expect((await read()).all.document.caps).toEqual({ atMost: 5 });
});

test("what is said about nothing, and what browsers would need of private ones, is refused", async () => {
  const { all } = await read();
  const nothing = await put({ ...all, about: { flags: { none: {} } } });
  expect(nothing.body).toMatchObject({ status: 422, path: "/about/flags/none" });
  const hidden = await put({ ...all, about: { ...all.about, experiments: { e: { private: true } } } });
  expect(hidden.body).toMatchObject({
    reason: "needs-private",
    path: "/document/flags/f/rules/1/experiment",
  });
  expect((await put({ document: { colours: {} } })).body).toMatchObject({
    reason: "unknown-key",
    path: "/document/colours",
  });
  expect((await put({ about: {} })).body).toMatchObject({ code: "invalid-body", path: "/document" });
});

test("a workspace at its limits is put whole, ships, and takes no more", async () => {
  const flags = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [
      `flag-${index}`,
      {
        ...BOOLEAN,
        rules: [{ key: "r", audience: { rule: { trait: `t${index}`, op: "exists" } }, variation: "on" }],
      },
    ]),
  );
  const { body } = await put({ document: { flags } });
  expect(body.created.length).toBe(1_000);
  const { ruleset, memberships } = await edge.sync({ anonymousId: "a" });
  expect(Object.keys(ruleset?.decisions.flags ?? {}).length).toBe(1_000);
  expect(Object.keys(memberships).length).toBe(1_000);
  const one = await edge.call("PUT", "/v1/flags/more", BOOLEAN);
  expect(one.body).toMatchObject({ status: 422, reason: "limit-definitions" });
  expect((await edge.call("PUT", "/v1/flags/flag-7", { ...BOOLEAN, name: "Seven" })).status).toBe(200);
  const many = await put({ document: { flags: { ...flags, more: BOOLEAN } } });
  expect(many.body).toMatchObject({ reason: "limit-definitions", path: "/document/flags" });
}, 30_000);

test("what is as deep as it may be by itself is not too deep as code", async () => {
  const nested = (levels: number): unknown => (levels === 1 ? [] : [nested(levels - 1)]);
  // The flag and its variations are two levels more.
  const flag = { ...BOOLEAN, type: "json", variations: { on: nested(62), off: [] } };
  await edge.define("flags/deep", flag);
  const deeper = await edge.call("PUT", "/v1/flags/deep", {
    ...flag,
    variations: { on: nested(63), off: [] },
  });
  expect(deeper.body).toMatchObject({ code: "too-deep" });
  expect((await put((await read()).all)).body).toMatchObject({ applied: true, changed: [] });
});
