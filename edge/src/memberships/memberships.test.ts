import type { MemberList } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { setTraits, TestEdge, track } from "../../test/edge.ts";

const MINUTE = 60_000;
let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});
const patch = (key: string, body: object) => edge.call("PATCH", `/v1/segments/${key}`, body);

describe("entries and exits", () => {
  it("are logged with their causes: events, time, definitions", async () => {
    await edge.segment("recent", { event: "buy", within: { minutes: 10 }, op: "gte", value: 1 });
    await edge.batch(track({ userId: "u" }, "buy", { ts: edge.now }));
    edge.now += 10 * MINUTE - 1;
    expect(await edge.runScheduled()).toBe(0);
    expect(await edge.log()).toEqual(["recent entered event"]);
    edge.now += 1;
    await edge.runScheduled();
    expect(await edge.log()).toEqual(["recent entered event", "recent left time"]);
    await patch("recent", { rule: { event: "buy", op: "gte", value: 1 } });
    expect(await edge.log()).toEqual([
      "recent entered event",
      "recent left time",
      "recent entered definition",
    ]);
    expect(await edge.listed("recent")).toEqual(["u"]);
  });

  it("tell what time did apart from what the event did that found it out", async () => {
    await edge.segment("recent", { event: "buy", within: { minutes: 10 }, op: "gte", value: 1 });
    await edge.segment("viewer", { event: "view", op: "gte", value: 1 });
    await edge.batch(track({ userId: "u" }, "buy", { ts: edge.now }));
    edge.now += 11 * MINUTE;
    await edge.batch(track({ userId: "u" }, "view", { ts: edge.now }));
    expect(await edge.log()).toEqual(["recent entered event", "recent left time", "viewer entered event"]);
  });

  it("are logged once, whoever runs into whom", async () => {
    await edge.segment("recent", { event: "buy", within: { minutes: 10 }, op: "gte", value: 1 });
    const users = Array.from({ length: 40 }, (_, index) => ({ userId: `u${index}` }));
    await edge.batch(...users.map((user) => track(user, "buy", { ts: edge.now })));
    edge.now += 11 * MINUTE;
    await Promise.all([
      edge.runScheduled(),
      edge.listed("recent"),
      edge.batch(...users.map((user) => track(user, "view", { ts: edge.now }))),
      edge.runScheduled(),
    ]);
    expect((await edge.log()).sort()).toEqual([
      ...Array(40).fill("recent entered event"),
      ...Array(40).fill("recent left time"),
    ]);
  });

  it("need no event: not doing something for a while is enough (law 5)", async () => {
    await edge.segment("abandoner", {
      sequence: [{ event: "cart" }, { not: { event: "buy" }, atMost: { minutes: 10 } }],
    });
    await edge.batch(track({ userId: "u" }, "cart", { ts: edge.now }));
    expect(await edge.listed("abandoner")).toEqual([]);
    edge.now += 10 * MINUTE;
    expect(await edge.listed("abandoner")).toEqual(["u"]);
    expect(await edge.membersOf({ userId: "u" })).toEqual(["abandoner"]);
  });
});

describe("a status", () => {
  it("paused: the members stay whom they were, whatever happens, and follow again once it is active", async () => {
    await edge.segment("pro", { trait: "plan", op: "eq", value: "pro" });
    await edge.segment("refers", { segment: "pro" });
    await edge.batch(
      setTraits({ userId: "in" }, { plan: "pro" }),
      setTraits({ userId: "out" }, { plan: "free" }),
    );
    await patch("pro", { status: "paused" });
    await edge.batch(
      setTraits({ userId: "in" }, { plan: "free" }, { ts: 9e11 }),
      setTraits({ userId: "in" }, { plan: "free" }, { ts: edge.now }),
      setTraits({ userId: "out" }, { plan: "pro" }, { ts: edge.now }),
    );
    expect(await edge.listed("pro")).toEqual(["in"]);
    expect(await edge.listed("refers")).toEqual(["in"]);
    expect(await edge.membersOf({ userId: "in" })).toEqual(["pro", "refers"]);
    await patch("pro", { status: "active" });
    expect(await edge.listed("refers")).toEqual(["out"]);
  });

  it("paused: settles what time has changed first", async () => {
    await edge.segment("recent", { event: "buy", within: { minutes: 10 }, op: "gte", value: 1 });
    await edge.batch(track({ userId: "u" }, "buy", { ts: edge.now }));
    edge.now += 11 * MINUTE;
    await patch("recent", { status: "paused" });
    expect(await edge.membersOf({ userId: "u" })).toEqual([]);
  });

  it("draft or archived: nobody, and a reference to it is false", async () => {
    await edge.segment("pro", { trait: "plan", op: "eq", value: "pro" }, { status: "draft" });
    await edge.segment("refers", { segment: "pro" });
    await edge.batch(setTraits({ userId: "u" }, { plan: "pro" }));
    expect(await edge.membersOf({ userId: "u" })).toEqual([]);
    await patch("pro", { status: "active" });
    expect(await edge.listed("refers")).toEqual(["u"]);
    await patch("pro", { status: "archived" });
    expect(await edge.listed("pro")).toEqual([]);
    expect(await edge.listed("refers")).toEqual([]);
  });
});

describe("types", () => {
  it("everyone holds everybody", async () => {
    await edge.batch(track({ userId: "u" }, "x"), track({ anonymousId: "a" }, "x"));
    await edge.segment("everyone", null, { type: "everyone" });
    expect(await edge.listed("everyone")).toEqual(["a", "u"]);
    expect(await edge.membersOf({ userId: "nobody has heard of" })).toEqual(["everyone"]);
  });

  it("static holds the ids listed: a user's, or an anonymous one that is no user's", async () => {
    await edge.segment("vip", null, { type: "static", members: ["u", "a", "b"] });
    await edge.segment("not-vip", { not: { segment: "vip" } });
    await edge.batch(
      track({ userId: "u" }, "x"),
      track({ anonymousId: "a" }, "x"),
      track({ userId: "w" }, "x"),
    );
    await edge.batch({ type: "identify", id: "i", ts: 1, anonymousId: "b", userId: "w" });
    expect(await edge.membersOf({ userId: "u" })).toEqual(["vip"]);
    expect(await edge.membersOf({ anonymousId: "a" })).toEqual(["vip"]);
    expect(await edge.membersOf({ userId: "w" })).toEqual(["not-vip"]);
    expect(await edge.listed("not-vip")).toEqual(["w"]);
    await edge.call("POST", "/v1/segments/vip/members", { add: ["w"], remove: ["u"] });
    expect(await edge.listed("vip")).toEqual(["a", "b", "w"]);
    expect(await edge.listed("not-vip")).toEqual(["u"]);
    expect((await edge.log()).slice(-4).sort()).toEqual([
      "not-vip entered definition",
      "not-vip left definition",
      "vip entered definition",
      "vip left definition",
    ]);
  });
});

describe("a listing", () => {
  it("comes in pages", async () => {
    await edge.segment("everyone", null, { type: "everyone" });
    await edge.batch(...Array.from({ length: 25 }, (_, index) => track({ userId: `u${index}` }, "x")));
    const seen: string[] = [];
    let query = "";
    for (let page = 0; page < 3; page++) {
      const path = `/v1/segments/everyone/members?limit=10${query}`;
      const { body } = await edge.call<MemberList>("GET", path);
      seen.push(...body.members.map((member) => member.userId ?? ""));
      expect(body.next === null).toBe(page === 2);
      query = `&cursor=${body.next}`;
    }
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
  });

  it("says that it is being brought up to date when more changed than one request settles", async () => {
    for (let part = 0; part < 3; part++) {
      const ops = Array.from({ length: 1_000 }, (_, index) => track({ userId: `u${part}-${index}` }, "x"));
      await edge.batch(...ops);
    }
    await edge.segment("recent", { event: "x", within: { minutes: 10 }, op: "gte", value: 1 });
    edge.now += 11 * MINUTE;
    const first = await edge.call("GET", "/v1/segments/recent/members");
    expect(first.status).toBe(503);
    expect(first.body).toMatchObject({ code: "members-refreshing", detail: expect.stringContaining("1000") });
    expect(first.headers.get("retry-after")).toBe("1");
    expect((await edge.call("GET", "/v1/segments/recent/members")).body).toMatchObject({ members: [] });
  });
});
