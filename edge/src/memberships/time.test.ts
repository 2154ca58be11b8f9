import { env } from "cloudflare:workers";
import { LIMITS } from "@muster/rules";
import { beforeEach, describe, expect, it } from "vitest";
import { TestEdge, track } from "../../test/edge.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});
const buyAt = (userId: string, ts: number) => edge.batch(track({ userId }, "buy", { ts }));

/** In from ten to twenty minutes after buying. */
const later = {
  event: "buy",
  within: { ago: [{ minutes: 20 }, { minutes: 10 }] },
  op: "gte",
  value: 1,
} as const;

describe("what time changes (law 5)", () => {
  it("is logged at its very instant, each change of a user in order, whenever the cron comes", async () => {
    await edge.segment("later", later);
    await edge.segment("recent", { event: "buy", within: { minutes: 15 }, op: "gte", value: 1 });
    await edge.segment("both", { all: [{ segment: "later" }, { segment: "recent" }] });
    await edge.segment("never", { not: { segment: "recent" } });
    await buyAt("u", edge.now);
    edge.now += 3 * DAY;
    await edge.runScheduled();
    const after = (minutes: number) => minutes * MINUTE - 3 * DAY;
    expect(await edge.logAt()).toEqual([
      `recent entered ${after(0)}`,
      `later entered ${after(10)}`,
      `both entered ${after(10)}`,
      `recent left ${after(15)}`,
      `both left ${after(15)}`,
      `never entered ${after(15)}`,
      `later left ${after(20)}`,
    ]);
    const since = env.DB.prepare("select since from memberships where segment = 'never'");
    expect(await since.first("since")).toBe(edge.now + after(15));
  });

  it("is logged in the order in which users changed", async () => {
    await edge.segment("later", later);
    for (const [userId, minutes] of [
      ["x", 3],
      ["y", 1],
      ["z", 2],
    ] as const) {
      await buyAt(userId, edge.now - minutes * MINUTE);
    }
    edge.now += DAY;
    await edge.runScheduled();
    const { results } = await env.DB.prepare(
      "select p.user_id || ' ' || l.change as entry from membership_log l join profiles p on p.id = l.profile order by l.id",
    ).all<{ entry: string }>();
    const order = ["x", "z", "y"];
    expect(results.map(({ entry }) => entry)).toEqual([
      ...order.map((user) => `${user} entered`),
      ...order.map((user) => `${user} left`),
    ]);
  });

  it("is done before what a user does next, which finds it out", async () => {
    await edge.segment("later", later);
    await edge.segment("twice", { event: "buy", within: { minutes: 5 }, op: "gte", value: 2 });
    await buyAt("u", edge.now);
    edge.now += 30 * MINUTE;
    await edge.batch(
      track({ userId: "u" }, "buy", { ts: edge.now }),
      track({ userId: "u" }, "buy", { ts: edge.now }),
    );
    expect(await edge.logAt()).toEqual([
      `later entered ${-20 * MINUTE}`,
      `later left ${-10 * MINUTE}`,
      "twice entered 0",
    ]);
    expect(await edge.log()).toEqual(["later entered time", "later left time", "twice entered event"]);
  });

  it("leaves and comes back with the instant of coming back", async () => {
    const window = (from: number, to: number) =>
      ({ event: "buy", within: { ago: [{ minutes: to }, { minutes: from }] }, op: "gte", value: 1 }) as const;
    await edge.segment("apart", { any: [window(1, 2), window(5, 6)] });
    await buyAt("u", edge.now - MINUTE);
    edge.now += 4.5 * MINUTE;
    await edge.runScheduled();
    expect(await edge.log()).toEqual(["apart entered event", "apart left time", "apart entered time"]);
    const since = await env.DB.prepare("select since from memberships").first("since");
    expect(since).toBe(edge.now - MINUTE / 2);
  });

  it.each([
    ["one less than", 0, 0],
    ["as many as", 1, 0],
    ["one more than", 2, 1],
  ])("takes a user from the first instant that is due through %s there may be", async (_, more, late) => {
    // Due each ms, so that the last instant but one is that of the change.
    const wait = LIMITS.instants + more;
    await edge.segment("soon", { formula: "now", op: "gte", value: edge.now + wait - 1 });
    await edge.batch(track({ userId: "u" }, "buy"));
    edge.now += wait;
    await edge.runScheduled();
    expect(await edge.logAt()).toEqual([`soon entered ${late - 1}`]);
  });
});
