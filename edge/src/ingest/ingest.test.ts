import { env } from "cloudflare:workers";
import type { BatchResponse } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { identify, setTraits, TestEdge, track, watchCalls } from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

const count = (table: string) => env.DB.prepare(`select count(*) as n from ${table}`).first<number>("n");

describe("acknowledgements (law 4)", () => {
  it("answers stored, then duplicate for the same id, and the first one stays", async () => {
    await edge.segment("spenders", { event: "buy", measure: { sum: "amount" }, op: "gte", value: 100 });
    const op = track({ userId: "u" }, "buy", { props: { amount: 60 } });
    expect(await edge.batch(op)).toEqual(["stored"]);
    expect(await edge.batch(op, { ...op, props: { amount: 500 } })).toEqual(["duplicate", "duplicate"]);
    expect(await edge.membersOf({ userId: "u" })).toEqual([]);
    expect(await count("events")).toBe(1);
  });

  it("gives a repeated trait write no second effect, whatever it says", async () => {
    await edge.segment("pro", { trait: "plan", op: "eq", value: "pro" });
    const op = setTraits({ userId: "u" }, { plan: "free" });
    expect(await edge.batch(op)).toEqual(["stored"]);
    expect(await edge.batch({ ...op, ts: op.ts + 10, set: { plan: "pro" } })).toEqual(["duplicate"]);
    expect(await edge.membersOf({ userId: "u" })).toEqual([]);
  });

  it("knows an id per user: the same one of two users is two operations", async () => {
    const op = track({ userId: "u" }, "buy");
    expect(await edge.batch(op, { ...op, userId: "v" })).toEqual(["stored", "stored"]);
  });

  it("stores each operation once when the same requests run into one another", async () => {
    await edge.segment("five", { event: "buy", op: "eq", value: 5 });
    await edge.key("secret");
    const ops = Array.from({ length: 5 }, () => track({ userId: "u" }, "buy"));
    const requests = Array.from({ length: 6 }, (_, index) => edge.batch(...ops.slice(index % 5), ...ops));
    const statuses = (await Promise.all(requests)).flat();
    expect(statuses.filter((status) => status === "stored")).toHaveLength(5);
    expect(await count("events")).toBe(5);
    expect(await count("profiles")).toBe(1);
    expect(await edge.listed("five")).toEqual(["u"]);
    expect(await edge.log()).toEqual(["five entered event"]);
  });

  it("loses no write and repeats none when requests for a user who is known run into one another", async () => {
    for (const index of [0, 1, 2, 3]) await edge.segment(`t${index}`, { trait: `t${index}`, op: "exists" });
    await edge.batch(track({ userId: "u" }, "seen"));
    const op = track({ userId: "u" }, "buy");
    const requests = [0, 1, 2, 3].map((index) =>
      edge.batch(op, setTraits({ userId: "u" }, { [`t${index}`]: 1 })),
    );
    const statuses = await Promise.all(requests);
    expect(statuses.map(([first]) => first).sort()).toEqual([
      "duplicate",
      "duplicate",
      "duplicate",
      "stored",
    ]);
    expect(await edge.membersOf({ userId: "u" })).toEqual(["t0", "t1", "t2", "t3"]);
    const { results } = await env.DB.prepare("select seq from events order by seq").all<{ seq: number }>();
    expect(new Set(results.map((row) => row.seq)).size).toBe(results.length);
  });

  it("loses nothing when different operations of one new user arrive at once", async () => {
    await edge.key("secret");
    const requests = Array.from({ length: 8 }, () => edge.batch(track({ userId: "u" }, "a")));
    expect((await Promise.all(requests)).flat()).toEqual(Array(8).fill("stored"));
    expect(await count("events")).toBe(8);
    expect(await count("identities")).toBe(1);
  });

  it("keeps good operations beside bad ones, and names the bad (law 8)", async () => {
    const good = track({ userId: "u" }, "buy");
    const ops = [
      good,
      { ...good, id: "has space" },
      { ...good, id: "no-owner", userId: undefined },
      track({ userId: "u" }, "*"),
      { ...good, id: "late", ts: 1e18 },
      { ...good, id: "more", extra: 1 },
      { ...good, id: "type", type: "sing" },
      null,
      track({ userId: "u" }, "view"),
    ];
    const options = { key: await edge.key("secret") };
    const { status, body } = await edge.call<BatchResponse>("POST", "/v1/batch", { ops }, options);
    expect(status).toBe(200);
    expect(body.acks.map((ack) => ack.status)).toEqual(["stored", ...Array(7).fill("refused"), "stored"]);
    expect(body.acks.map((ack) => (ack.status === "refused" ? ack.problem.path : ""))).toEqual([
      "",
      "/ops/1/id",
      "/ops/2",
      "/ops/3/name",
      "/ops/4/ts",
      "/ops/5/extra",
      "/ops/6/type",
      "/ops/7",
      "",
    ]);
    expect(body.acks[4]).toMatchObject({ index: 4, id: "late", problem: { code: "operation-invalid" } });
    expect(await count("events")).toBe(2);
  });

  it.each([
    ["as large as may be", 0, "stored"],
    ["a byte larger", 1, "refused"],
  ])("takes an operation %s: %s", async (_, excess, expected) => {
    const op = track({ userId: "u" }, "buy", { props: { text: "" } });
    const text = "ü".repeat(100) + "x".repeat(32_768 - 200 + excess - JSON.stringify(op).length);
    expect(await edge.batch({ ...op, props: { text } })).toEqual([expected]);
  });
});

describe("a user's traits", () => {
  it("are counted with what is kept beside each, so that many small ones are many too", async () => {
    const set = Object.fromEntries(Array.from({ length: 2_400 }, (_, index) => [`t${index}`, 1]));
    const write = setTraits({ userId: "u" }, set, { id: "i".repeat(128) });
    expect(await edge.batch(write, track({ userId: "u" }, "buy"))).toEqual(["refused", "stored"]);
  });

  it("that are refused leave nothing behind: no profile, no identity, no union (law 8)", async () => {
    const set = Object.fromEntries(Array.from({ length: 2_400 }, (_, index) => [`t${index}`, 1]));
    const id = "i".repeat(128);
    expect(await edge.batch(setTraits({ userId: "nobody" }, set, { id }))).toEqual(["refused"]);
    expect(await count("profiles")).toBe(0);
    await edge.batch(track({ anonymousId: "a" }, "buy"), track({ anonymousId: "b" }, "buy"));
    await edge.batch(track({ userId: "v" }, "buy"));
    const statuses = await edge.batch(
      { ...identify("a", "u", set), id },
      { ...identify("b", "v", set), id },
      { ...identify("c", "w", set), id },
    );
    expect(statuses).toEqual(["refused", "refused", "refused"]);
    expect(await count("profiles")).toBe(3);
    expect(await count("identities")).toBe(3);
  });

  it("have room for so much, and what does not fit is refused by name while the rest goes on", async () => {
    const fill = (index: number) => setTraits({ userId: "u" }, { [`t${index}`]: "x".repeat(32_000) });
    const statuses = await edge.batch(...Array.from({ length: 10 }, (_, index) => fill(index)));
    expect(statuses).toEqual([...Array(8).fill("stored"), ...Array(2).fill("refused")]);
    expect(await edge.batch(setTraits({ userId: "u" }, { t0: "small" }, { ts: edge.now }))).toEqual([
      "stored",
    ]);
    expect(await edge.batch(fill(9), fill(10), track({ userId: "u" }, "buy"))).toEqual([
      "stored",
      "refused",
      "stored",
    ]);
  });
});

describe("cost", () => {
  it("is one read batch and one write batch, however many events and users", async () => {
    await edge.segment("buyers", { event: "buy", op: "gte", value: 1 });
    await edge.segment("everyone", null, { type: "everyone" });
    await edge.key("secret");
    await edge.batch(track({ userId: "u0" }, "buy"));
    const { db, calls } = watchCalls(env.DB);
    edge.db = db;
    await edge.batch(track({ userId: "u1" }, "buy"));
    expect(calls.splice(0)).toEqual(["batch", "batch"]);
    const ops = Array.from({ length: 1_000 }, (_, index) => track({ userId: `u${index % 300}` }, "buy"));
    expect(new Set(await edge.batch(...ops))).toEqual(new Set(["stored"]));
    expect(calls.splice(0)).toEqual(["batch", "batch"]);
    await edge.key("publishable");
    calls.splice(0);
    await edge.sync({
      anonymousId: "a",
      ops: [track({ anonymousId: "a" }, "buy"), track({ anonymousId: "a" }, "buy")],
    });
    expect(calls.splice(0)).toEqual(["batch", "batch"]);
    expect(await count("memberships")).toBe(602);
  });

  it("is the same where two users who are both known become one", async () => {
    await edge.segment("buyers", { event: "buy", op: "gte", value: 2 });
    await edge.batch(track({ anonymousId: "a" }, "buy"), track({ userId: "u" }, "buy"));
    const { db, calls } = watchCalls(env.DB);
    edge.db = db;
    const ops = [track({ anonymousId: "a" }, "buy"), identify("a", "u"), track({ userId: "u" }, "buy")];
    expect(await edge.batch(...ops)).toEqual(Array(3).fill("stored"));
    expect(calls).toEqual(["batch", "batch"]);
    expect(await edge.listed("buyers")).toEqual(["u"]);
  });

  it("is at most three rows an event, for ten events of one user who is known", async () => {
    for (const count of [1, 5, 12, 100, 1_000]) {
      await edge.segment(`s${count}`, { event: "buy", within: { days: 7 }, op: "gte", value: count });
    }
    await edge.key("secret");
    const send = () => edge.batch(...Array.from({ length: 10 }, () => track({ userId: "u" }, "buy")));
    await send();
    const watched = watchCalls(env.DB);
    edge.db = watched.db;
    await send();
    expect(await edge.membersOf({ userId: "u" })).toHaveLength(3);
    expect(watched.rows).toBeLessThanOrEqual(30);
    expect(watched.rows).toBeGreaterThan(10);
  });

  it("is one read batch for a browser with nothing new", async () => {
    await edge.segment("buyers", { event: "buy", op: "gte", value: 1 });
    await edge.key("publishable");
    await edge.sync({ anonymousId: "a" });
    const { db, calls } = watchCalls(env.DB);
    edge.db = db;
    await edge.sync({ anonymousId: "a" });
    expect(calls).toEqual(["batch"]);
  });
});

describe("hostile text", () => {
  const names = [
    "__proto__",
    "constructor",
    "toString",
    '"quoted"',
    "nul\0nul",
    "\ud800",
    "\udc00 lone",
    "日本🎌",
  ];

  it.each(names)("keeps %j as a user id, an event, a property and a trait like any other", async (name) => {
    await edge.segment("event", {
      event: name,
      where: { prop: name, op: "eq", value: name },
      op: "eq",
      value: 1,
    });
    await edge.segment("trait", { trait: name, op: "eq", value: name });
    await edge.segment("list", null, { type: "static", members: [name] });
    const values = JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(name)}}`);
    const write = { type: "set", id: "w", ts: 1, userId: name, set: values };
    expect(await edge.batch(track({ userId: name }, name, { props: values }), write)).toEqual([
      "stored",
      "stored",
    ]);
    expect(await edge.membersOf({ userId: name })).toEqual(["event", "list", "trait"]);
    expect(await edge.membersOf({ userId: `${name}x` })).toEqual([]);
    expect(await edge.listed("event")).toEqual([name]);
    expect(await edge.listed("list")).toEqual([name]);
  });
});
