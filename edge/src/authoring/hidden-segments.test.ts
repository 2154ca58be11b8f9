import type { EvaluateResponse, RulesetResponse, SyncResponse } from "@muster/rules/wire";
import { beforeEach, expect, test } from "vitest";
import { heldFrom, identify, setTraits, TestEdge, track, watchCalls } from "../../test/edge.ts";
import { storedStates } from "../../test/stored-states.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

const BOOLEAN = {
  type: "boolean",
  variations: { on: true, off: false },
  enabled: true,
  off: "off",
  otherwise: "off",
};

const bought = { event: "purchase", op: "gte", value: 1 } as const;

async function defineAll(): Promise<void> {
  await edge.segment("buyer", bought);
  await edge.segment("vip", { trait: "tier", op: "eq", value: "secret-tier" }, { private: true });
  await edge.define("groups/pages", {});
  await edge.define("holdouts/nobody", { share: 0 });
  await edge.define("experiments/colour", {
    enabled: true,
    weights: { on: 1, off: 1 },
    group: { key: "pages", share: 50 },
    holdout: "nobody",
    audience: { include: ["buyer"] },
  });
  await edge.define("experiments/hush-test", { enabled: true, weights: { on: 1, off: 1 } });
  await edge.define("flags/open", {
    ...BOOLEAN,
    overrides: { on: ["someone-else"] },
    rules: [
      { key: "vips", audience: { include: ["vip"] }, variation: "on" },
      {
        key: "mail",
        audience: { rule: { trait: "email", op: "endsWith", value: "@personal.example" } },
        variation: "on",
      },
      {
        key: "team",
        audience: { include: ["buyer"], rule: { trait: "team", op: "eq", value: "a" } },
        variation: "on",
      },
      { key: "test", experiment: "colour" },
    ],
  });
  await edge.define("flags/hush", {
    ...BOOLEAN,
    private: true,
    overrides: { on: ["quiet-user"] },
    rules: [
      { key: "plan", audience: { rule: { trait: "hush-trait", op: "eq", value: "x" } }, variation: "on" },
      { key: "test", experiment: "hush-test" },
    ],
  });
  await edge.define("campaigns/hello", {
    kind: "banner",
    placement: "top",
    enabled: true,
    content: { title: "Hello" },
    audience: { rule: { event: "visit", op: "gte", value: 1 } },
    caps: { once: true },
  });
  await edge.define("campaigns/hush-campaign", {
    kind: "banner",
    placement: "top",
    enabled: true,
    private: true,
    content: { title: "hush-title" },
  });
}

test("law 7: a browser's definitions and answers hold nothing of private flags, other users' ids or personal traits", async () => {
  await defineAll();
  const answer = await edge.sync({ anonymousId: "a" });
  const text = JSON.stringify(answer);
  for (const secret of ["hush", "someone-else", "quiet-user", "@personal.example", "secret-tier"])
    expect(text).not.toContain(secret);
  expect(text).not.toContain("vip@");
  expect(Object.keys(answer.ruleset?.decisions.flags ?? {})).toEqual(["open"]);
  expect(Object.keys(answer.ruleset?.decisions.experiments ?? {})).toEqual(["colour"]);
  expect(answer.ruleset?.decisions.placements.top?.map(({ key }) => key)).toEqual(["hello"]);

  const { body: bootstrap } = await edge.call<SyncResponse>("POST", "/v1/bootstrap", { anonymousId: "a" });
  expect(bootstrap.memberships).toEqual(answer.memberships);
  expect(bootstrap.ruleset).toEqual(answer.ruleset);

  const given = answer.ruleset?.program.segments.flatMap(([key, condition]) =>
    Array.isArray(condition) && condition[0] === "given" ? [key] : [],
  );
  expect(given?.sort()).toEqual(["$flag/open/mail", "$flag/open/vips", "$override/open/on", "vip"]);
});

test("a server gets all of it, under one version of program and table", async () => {
  await defineAll();
  const first = await edge.call<RulesetResponse>("GET", "/v1/ruleset");
  expect(Object.keys(first.body.decisions.flags).sort()).toEqual(["hush", "open"]);
  expect(first.body.decisions.flags.open?.states[0].rules[2]?.version).toBe("buyer@1");
  const keys = first.body.program.segments.map(([key]) => key);
  expect(keys).toContain("$flag/hush/plan");
  expect(keys.slice(0, 2).sort()).toEqual(["buyer", "vip"]);

  await edge.define("campaigns/hello", {
    kind: "banner",
    placement: "top",
    enabled: true,
    content: { title: "Hello again" },
    audience: { rule: { event: "visit", op: "gte", value: 1 } },
    caps: { once: true },
  });
  const second = await edge.call<RulesetResponse>("GET", "/v1/ruleset");
  expect(second.body.program).toEqual(first.body.program);
  expect(second.body.version).not.toBe(first.body.version);
});

test("hidden segments are answered to the browser, and stored nowhere", async () => {
  await defineAll();
  await edge.batch(
    track({ userId: "someone-else" }, "visit"),
    track({ userId: "someone-else" }, "purchase"),
    setTraits({ userId: "someone-else" }, { email: "x@personal.example", team: "a", tier: "secret-tier" }),
  );
  await edge.batch(identify("a", "someone-else"));
  const { memberships } = await edge.sync({ anonymousId: "a", userId: "someone-else" });
  for (const key of [
    "$override/open/on",
    "$flag/open/mail",
    "$flag/open/vips",
    "$flag/open/team",
    "$campaign/hello",
  ])
    expect(memberships[key], key).toMatchObject({ member: true });

  const stored = async (table: string) => {
    const { results } = await edge.db.prepare(`select distinct segment from ${table} order by 1`).all();
    return results.map(({ segment }) => segment);
  };
  expect(await stored("memberships")).toEqual(["buyer", "vip"]);
  expect(await stored("membership_log")).toEqual(["buyer", "vip"]);
  expect(
    (await edge.call("GET", `/v1/segments/${encodeURIComponent("$campaign/hello")}/members`)).status,
  ).toBe(404);
  expect(JSON.stringify((await edge.call("GET", "/v1/segments")).body)).not.toContain("$");
});

test("/v1/evaluate answers for people's segments, and for hidden ones when they are named", async () => {
  await defineAll();
  await edge.batch(track({ userId: "u" }, "purchase"), setTraits({ userId: "u" }, { team: "a" }));
  const ask = async (more: object) =>
    (await edge.call<EvaluateResponse>("POST", "/v1/evaluate", { userId: "u", ...more })).body.memberships;
  expect(Object.keys(await ask({})).sort()).toEqual(["buyer", "vip"]);
  const named = await ask({ segments: ["$flag/open/team", "buyer"], explain: true });
  expect(named["$flag/open/team"]).toMatchObject({ member: true });
  expect(named["$flag/open/team"]?.explanation).toBeDefined();
});

test("time alone that changes a hidden segment makes nobody due", async () => {
  await edge.segment("buyer", bought);
  await edge.define("flags/recent", {
    ...BOOLEAN,
    rules: [{ key: "r", audience: { rule: { ...bought, within: { hours: 1 } } }, variation: "on" }],
  });
  await edge.batch(track({ userId: "u" }, "purchase"));
  const due = async () => await edge.db.prepare("select due_at from profiles").first("due_at");
  expect(await due()).toBeNull();
  const { memberships } = await edge.sync({ anonymousId: "b", userId: "u" });
  expect(memberships["$flag/recent/r"]?.member).toBe(true);
  expect(memberships["$flag/recent/r"]?.until).not.toBeNull();
  edge.now += 2 * 3_600_000;
  const later = await edge.sync({ anonymousId: "b", userId: "u" });
  expect(later.memberships["$flag/recent/r"]).toEqual({ member: false, until: null });
  expect(await edge.log()).toEqual(["buyer entered event"]);
});

test("a change of decisions alone outdates no stored membership, and a browser gets it with its next sync", async () => {
  await edge.segment("buyer", bought);
  await edge.batch(track({ userId: "u" }, "purchase"));
  const before = await edge.sync({ anonymousId: "b", userId: "u" });
  const rows = () => edge.db.prepare("select seq, definitions from profiles").first();
  const kept = await rows();
  edge.now += 1;
  await edge.define("flags/plain", { ...BOOLEAN, rules: [{ key: "all", rollout: { weights: { on: 10 } } }] });
  expect(await rows()).toEqual(kept);
  const after = await edge.sync({ anonymousId: "b", userId: "u", ...heldFrom(before) });
  expect(Object.keys(after.ruleset?.decisions.flags ?? {})).toEqual(["plain"]);
  const same = await edge.sync({ anonymousId: "b", userId: "u", ...heldFrom(after) });
  expect(same.ruleset).toBeNull();
});

test("the cost of an event does not grow with the number of hidden segments", async () => {
  await edge.segment("buyer", bought);
  const cost = async (id: string) => {
    const watched = watchCalls(edge.db);
    edge.db = watched.db;
    await edge.batch(track({ userId: id }, "purchase"));
    await edge.batch(track({ userId: id }, "purchase"));
    return { calls: watched.calls.length, written: watched.rows, read: watched.rowsRead };
  };
  const original = edge.db;
  await edge.batch(track({ userId: "warm" }, "purchase"));
  const few = await cost("one");
  edge.db = original;
  const rules = Array.from({ length: 50 }, (_, index) => ({
    key: `r${index}`,
    audience: { rule: { trait: `t${index}`, op: "exists" } },
    variation: "on",
  }));
  await edge.define("flags/many", { ...BOOLEAN, rules });
  await edge.batch(track({ userId: "warm" }, "purchase"));
  const many = await cost("two");
  expect(many).toMatchObject({ calls: few.calls, written: few.written });
  // There is one more profile by now.
  expect(many.read - few.read).toBeLessThan(5);
});

test("no rule of a person names a segment that decisions became", async () => {
  await defineAll();
  const rule = { all: [{ segment: "$flag/open/team" }] };
  const made = await edge.call("POST", "/v1/segments", { key: "s", name: "S", rule });
  expect(made.body).toMatchObject({ status: 422, code: "rule-invalid", path: "/rule/all/0/segment" });
  const audience = { rule: { not: { segment: "$override/open/on" } } };
  const flag = { ...BOOLEAN, rules: [{ key: "r", audience, variation: "on" }] };
  const { body } = await edge.call("PUT", "/v1/flags/f", flag);
  expect(body).toMatchObject({ status: 422, path: "/rules/0/audience/rule/not/segment" });
});

test("a new audience knows what happened before it was written, in a series of its own or one that people's segments have", async () => {
  await edge.segment("buyer", bought);
  const before = { ts: edge.now - 120_000 };
  await edge.batch(track({ userId: "u" }, "purchase"), track({ userId: "u" }, "refund", before));
  const sequence = [{ event: "purchase" }, { event: "refund" }];
  const rules = [
    { key: "refund", audience: { rule: { event: "refund", op: "gte", value: 1 } }, variation: "on" },
    { key: "both", audience: { rule: { sequence, within: { days: 1 } } }, variation: "on" },
    { key: "sum", audience: { rule: { ...bought, measure: { sum: "amount" } } }, variation: "on" },
  ];
  await edge.define("flags/f", { ...BOOLEAN, rules });
  const { memberships } = await edge.sync({ anonymousId: "a", userId: "u" });
  expect(memberships).toMatchObject({
    buyer: { member: true },
    "$flag/f/refund": { member: true },
    "$flag/f/both": { member: false },
    "$flag/f/sum": { member: false },
  });
  await edge.batch(track({ userId: "u" }, "refund", { ts: edge.now }));
  await edge.batch(track({ userId: "u" }, "purchase", { props: { amount: 5 }, ts: edge.now }));
  const after = await edge.sync({ anonymousId: "a", userId: "u" });
  expect(after.memberships).toMatchObject({
    "$flag/f/both": { member: true },
    "$flag/f/sum": { member: true },
  });
  expect(await edge.log()).toEqual(["buyer entered event"]);
  for (const { stored, ofLog } of await storedStates(edge)) expect(ofLog.series).toEqual(stored.series);
});
