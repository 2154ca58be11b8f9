import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { heldFrom, identify, localMemberships, setTraits, TestEdge, track } from "../../test/edge.ts";
import { storedStates } from "../../test/stored-states.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
  await edge.segment("two", { event: "buy", op: "gte", value: 2 });
  await edge.segment("any", { event: "buy", op: "gte", value: 1 });
  await edge.segment("pro", { trait: "plan", op: "eq", value: "pro" });
});

const profiles = () => env.DB.prepare("select count(*) as n from profiles").first<number>("n");

describe("identify", () => {
  it("makes the anonymous profile the user's", async () => {
    await edge.batch(track({ anonymousId: "a" }, "buy"), track({ anonymousId: "a" }, "buy"));
    await edge.batch(identify("a", "u", { plan: "pro" }));
    expect(await edge.membersOf({ userId: "u" })).toEqual(["any", "pro", "two"]);
    expect(await edge.membersOf({ anonymousId: "a" })).toEqual(["any", "pro", "two"]);
    expect(await edge.listed("two")).toEqual(["u"]);
    expect(await profiles()).toBe(1);
  });

  it("unites an anonymous profile with the user's own (law 2)", async () => {
    const both = track({}, "buy");
    await edge.batch(
      { ...both, userId: "u" },
      { ...both, anonymousId: "a" },
      setTraits({ userId: "u" }, { plan: "pro" }, { ts: 2_000 }),
      setTraits({ anonymousId: "a" }, { plan: "free", city: "Rome" }, { ts: 1_000 }),
    );
    expect(await edge.batch(identify("a", "u"))).toEqual(["stored"]);
    expect(await edge.membersOf({ userId: "u" })).toEqual(["any", "pro"]);
    expect(await edge.batch(track({ anonymousId: "a" }, "buy"))).toEqual(["stored"]);
    expect(await edge.membersOf({ userId: "u" })).toEqual(["any", "pro", "two"]);
    expect(await profiles()).toBe(1);
    const { results } = await env.DB.prepare("select distinct profile from membership_log").all();
    expect(results).toHaveLength(1);
  });

  it("unites within one request, in whatever order operations and profiles came to be", async () => {
    const past = track({ anonymousId: "a" }, "buy");
    await edge.batch(past);
    const statuses = await edge.batch(
      track({ userId: "u" }, "buy"),
      track({ anonymousId: "b" }, "buy"),
      identify("a", "u"),
      identify("b", "u"),
      { ...past, userId: "u" },
    );
    expect(statuses).toEqual(["stored", "stored", "stored", "stored", "duplicate"]);
    expect(await env.DB.prepare("select count(*) as n from events").first("n")).toBe(3);
    expect(await edge.listed("two")).toEqual(["u"]);
    expect(await profiles()).toBe(1);
  });

  it("has no effect where its id is that of another operation of either", async () => {
    const op = track({ anonymousId: "a" }, "buy");
    await edge.batch(op, track({ userId: "u" }, "buy"));
    expect(await edge.batch({ ...identify("a", "u"), id: op.id })).toEqual(["duplicate"]);
    expect(await profiles()).toBe(2);
  });

  it("keeps of two copies the one that arrived first", async () => {
    await edge.segment("big", {
      event: "buy",
      where: { prop: "amount", op: "gt", value: 100 },
      op: "gte",
      value: 1,
    });
    const op = track({}, "buy");
    await edge.batch({ ...op, anonymousId: "a", props: { amount: 500 } });
    edge.now += 1_000;
    await edge.batch({ ...op, userId: "u", props: { amount: 1 } });
    await edge.batch(identify("a", "u"));
    expect(await edge.listed("big")).toEqual(["u"]);
    expect(await edge.membersOf({ userId: "u" })).toContain("big");
  });

  it("sees what the request and the log of either share, before and after they are united", async () => {
    await edge.segment("exactly", { event: "buy", op: "eq", value: 2 });
    const [first, second] = [track({}, "buy"), track({}, "buy")];
    await edge.batch({ ...first, anonymousId: "a" }, track({ userId: "u" }, "view"));
    const statuses = await edge.batch(
      { ...first, userId: "u" },
      { ...second, anonymousId: "a" },
      identify("a", "u"),
      { ...second, userId: "u" },
      { ...first, userId: "u" },
    );
    expect(statuses).toEqual(["stored", "stored", "stored", "duplicate", "duplicate"]);
    expect(await env.DB.prepare("select count(*) as n from events where name = 'buy'").first("n")).toBe(2);
    expect(await edge.membersOf({ userId: "u" })).toEqual(["any", "exactly", "two"]);
    for (const { stored, ofLog } of await storedStates(edge)) expect(stored).toEqual(ofLog);
  });

  it("leaves one entry in the log for each membership, whoever of them entered it how often", async () => {
    await edge.segment("one", { event: "buy", op: "eq", value: 1 });
    const buy = (owner: object) => track(owner, "buy");
    await edge.batch(buy({ anonymousId: "a" }), buy({ anonymousId: "b" }), buy({ userId: "u" }));
    await edge.batch(identify("a", "u"), identify("b", "u"));
    expect(await edge.log()).toEqual([
      "any entered event",
      "one entered event",
      "one left identify",
      "two entered identify",
    ]);
    await edge.batch(buy({ anonymousId: "c" }));
    await edge.call("PATCH", "/v1/segments/one", { rule: { event: "buy", op: "gte", value: 1 } });
    await edge.db.prepare("update profiles set definitions = 0").run();
    await edge.batch(identify("c", "u"));
    const open = "select segment, sum(iif(change = 'entered', 1, -1)) as n from membership_log group by 1";
    const { results } = await env.DB.prepare(open).all();
    expect(results).toEqual(["any", "one", "two"].map((segment) => ({ segment, n: 1 })));
  });

  it("tells browsers to begin anew once profiles are united", async () => {
    await edge.batch(track({ userId: "u" }, "buy"));
    const before = await edge.sync({ anonymousId: "x", userId: "u" });
    await edge.batch(track({ anonymousId: "a" }, "buy"), identify("a", "u"));
    const after = await edge.sync({ anonymousId: "x", userId: "u", ...heldFrom(before) });
    expect(after.snapshot?.cursor).not.toEqual(before.snapshot?.cursor);
    expect(after.memberships.two?.member).toBe(true);
    expect(localMemberships({ ...after, ruleset: before.ruleset })).toEqual(after.memberships);
  });

  it("never gives one user's past to another on the same device", async () => {
    await edge.batch(track({ anonymousId: "a" }, "buy"), identify("a", "alice", { plan: "pro" }));
    await edge.batch(identify("a", "bob"), track({ anonymousId: "a", userId: "bob" }, "buy"));
    expect(await edge.membersOf({ userId: "bob" })).toEqual(["any"]);
    expect(await edge.membersOf({ anonymousId: "a" })).toEqual(["any", "pro"]);
    const synced = await edge.sync({ anonymousId: "a", userId: "bob" });
    expect(synced.snapshot?.traits).toEqual({});
    expect(synced.memberships.two?.member).toBe(false);
    expect(localMemberships(synced)).toEqual(synced.memberships);
    expect(synced.memberships.pro?.member).toBe(false);
  });

  it("comes to the same whatever runs into it", async () => {
    await edge.key("secret");
    await edge.batch(track({ anonymousId: "a" }, "buy"), setTraits({ userId: "u" }, { plan: "pro" }));
    await Promise.all([
      edge.batch(identify("a", "u")),
      edge.batch(track({ anonymousId: "a" }, "buy")),
      edge.batch(track({ userId: "u" }, "buy")),
      edge.batch(track({ anonymousId: "a", userId: "u" }, "buy"), identify("a", "u")),
    ]);
    expect(await profiles()).toBe(1);
    expect(await env.DB.prepare("select count(*) as n from events").first("n")).toBe(4);
    expect(await edge.listed("two")).toEqual(["u"]);
  });
});
