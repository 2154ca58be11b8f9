import { env } from "cloudflare:workers";
import type { RefreshProgress } from "@muster/rules/wire";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { failAfter, localMemberships, TestEdge, track } from "../../test/edge.ts";
import { PAGE } from "../profiles/event-rows.ts";

let edge: TestEdge;
beforeEach(async () => {
  // Workers that are lost after they have answered say so.
  vi.spyOn(console, "error").mockReturnValue();
  edge = await TestEdge.create();
  await edge.key("secret");
  await edge.key("publishable");
});

const progress = async (method = "GET") => {
  const { body } = await edge.call<RefreshProgress>(method, "/v1/refresh");
  return [body.profiles, body.outdated, body.due];
};

/** Makes a segment and loses the Worker before it can bring anyone up to date. */
async function segmentAlone(...args: Parameters<TestEdge["segment"]>) {
  edge.db = failAfter(env.DB, 8);
  await edge.segment(...args);
  edge.db = env.DB;
}

async function storeEvents(userId: string, length: number) {
  for (let left = length; left > 0; left -= 1_000) {
    await edge.batch(...Array.from({ length: Math.min(left, 1_000) }, () => track({ userId }, "buy")));
  }
}

describe("a change of definitions", () => {
  const users = ["u0", "u1", "u2", "u3"];
  const rule = (value: number) => ({ event: "buy", within: { days: 7 }, op: "gte", value }) as const;

  beforeEach(async () => {
    for (const [index, userId] of users.entries()) await storeEvents(userId, 800 + index);
    await segmentAlone("many", rule(802));
  });

  it("is seen by every answer at once, and nothing but answers is asked for it", async () => {
    expect(await progress()).toEqual([4, 4, 0]);
    expect(await edge.membersOf({ userId: "u1" })).toEqual([]);
    expect(await edge.membersOf({ userId: "u2" })).toEqual(["many"]);
    const synced = await edge.sync({ anonymousId: "a", userId: "u3" });
    expect(synced.memberships.many?.member).toBe(true);
    expect(localMemberships(synced)).toEqual(synced.memberships);
    await edge.batch(track({ userId: "u1" }, "buy"));
    expect(await edge.membersOf({ userId: "u1" })).toEqual(["many"]);
    expect(await progress()).toEqual([4, 2, 0]);
    expect(await progress("POST")).toEqual([4, 0, 0]);
    expect(await edge.listed("many")).toEqual(["u1", "u2", "u3"]);
  });

  it("goes on where the Worker was lost, after whichever step that was", async () => {
    const seen: number[] = [];
    for (let calls = 0; ; calls++) {
      edge.db = failAfter(env.DB, calls);
      const error = await edge.runScheduled().catch((error: Error) => error);
      edge.db = env.DB;
      const [, outdated = 0] = await progress();
      seen.push(outdated);
      for (const [index, userId] of users.entries()) {
        expect(await edge.membersOf({ userId })).toEqual(index < 2 ? [] : ["many"]);
      }
      if (error === 0) break;
      expect(error).toMatchObject({ message: "the Worker is gone" });
    }
    expect(await edge.listed("many")).toEqual(["u2", "u3"]);
    expect(await edge.log()).toEqual(["many entered definition", "many entered definition"]);
    expect(seen[0]).toBe(4);
    expect(seen).toContain(2);
    expect(seen.at(-1)).toBe(0);
  }, 60_000);

  it("rebuilds only what two definitions do not share, from the log as it is", async () => {
    await edge.runScheduled();
    await env.DB.prepare(
      "delete from events where profile = (select id from profiles where user_id = 'u3')",
    ).run();
    await edge.segment("others", { event: "view", op: "eq", value: 0 });
    expect(await edge.membersOf({ userId: "u3" })).toEqual(["many", "others"]);
    await edge.segment("more", rule(1_000));
    expect(await edge.membersOf({ userId: "u3" })).toEqual(["others"]);
  });
});

describe("a long past", () => {
  it("counts whole where it just fits into a page, and where it just does not", async () => {
    const sizes = [PAGE - 1, PAGE, PAGE + 1];
    for (const size of sizes) await storeEvents(`u${size}`, size);
    for (const size of sizes) await segmentAlone(`s${size}`, { event: "buy", op: "eq", value: size });
    for (const size of sizes) expect(await edge.membersOf({ userId: `u${size}` })).toEqual([`s${size}`]);
    expect(await progress()).toEqual([3, 3, 0]);
    await edge.runScheduled();
    expect(await progress()).toEqual([3, 0, 0]);
    for (const size of sizes) expect(await edge.listed(`s${size}`)).toEqual([`u${size}`]);
  }, 60_000);

  it("is read in pages, and once more where someone writes in between", async () => {
    await storeEvents("u", 2 * PAGE + 1);
    await segmentAlone("all", { event: "buy", op: "eq", value: 2 * PAGE + 1 });
    await segmentAlone("more", { event: "buy", op: "gte", value: 2 * PAGE + 2 });
    expect(await edge.membersOf({ userId: "u" })).toEqual(["all"]);
    const answers = await Promise.all([
      edge.membersOf({ userId: "u" }),
      edge.batch(track({ userId: "u" }, "buy")),
      edge.runScheduled(),
      edge.membersOf({ userId: "u" }),
    ]);
    expect(answers[1]).toEqual(["stored"]);
    await edge.runScheduled();
    expect(await edge.membersOf({ userId: "u" })).toEqual(["more"]);
    expect(await edge.listed("more")).toEqual(["u"]);
    expect(await progress()).toEqual([1, 0, 0]);
  }, 60_000);
});
