import { env } from "cloudflare:workers";
import type { EraseResponse, MemberList } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { identify, setTraits, TestEdge, track } from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
  await edge.segment("buyers", { event: "buy", op: "gte", value: 1 });
  await edge.key("secret");
  await edge.key("publishable");
});

const erase = async (user: object) => {
  const options = { key: await edge.key("secret") };
  return (await edge.call<EraseResponse>("POST", "/v1/erase", user, options)).body.erased;
};

const TABLES = ["profiles", "identities", "events", "writes", "memberships", "membership_log"];
async function counts(): Promise<number[]> {
  const rows = await env.DB.batch<{ n: number }>(
    TABLES.map((table) => env.DB.prepare(`select count(*) as n from ${table}`)),
  );
  return rows.map(({ results }) => results[0]?.n ?? -1);
}

describe("erasing a user", () => {
  it("leaves nothing of them in any table, and everything of others", async () => {
    await edge.batch(track({ userId: "other" }, "buy"), setTraits({ userId: "other" }, { x: 1 }));
    const before = await counts();
    expect(before).toEqual([1, 1, 1, 1, 1, 1]);
    const ops = [
      track({ anonymousId: "a" }, "buy"),
      setTraits({ userId: "u" }, { plan: "pro" }),
      identify("a", "u"),
    ];
    await edge.batch(...ops);
    expect(await erase({ userId: "u" })).toBe(true);
    expect(await counts()).toEqual(before);
    expect(await erase({ userId: "u" })).toBe(false);
    expect(await edge.listed("buyers")).toEqual(["other"]);
    expect(await edge.batch(...ops)).toEqual(["stored", "stored", "stored"]);
    expect(await edge.listed("buyers")).toEqual(["other", "u"]);
  });

  it("takes the device's own past along, but never another user's", async () => {
    await edge.batch(track({ userId: "u" }, "buy"), track({ anonymousId: "guest" }, "buy"));
    await edge.batch(track({ anonymousId: "theirs" }, "buy"), identify("theirs", "other"));
    expect(await erase({ userId: "u", anonymousId: "theirs" })).toBe(true);
    expect(await edge.listed("buyers")).toEqual(["guest", "other"]);
    expect(await erase({ userId: "u", anonymousId: "guest" })).toBe(true);
    expect(await edge.listed("buyers")).toEqual(["other"]);
    expect(await erase({ anonymousId: "theirs" })).toBe(true);
    expect(await counts()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("leaves lists, which are definitions", async () => {
    await edge.segment("vip", null, { type: "static", members: ["u"] });
    await edge.batch(track({ userId: "u" }, "buy"));
    await erase({ userId: "u" });
    const { body } = await edge.call<MemberList>("GET", "/v1/segments/vip/members");
    expect(body.members.map(({ userId }) => userId)).toEqual(["u"]);
  });

  it("begins browsers anew that still have the old snapshot", async () => {
    const first = await edge.sync({ anonymousId: "a", ops: [track({ anonymousId: "a" }, "buy")] });
    await erase({ anonymousId: "a" });
    const cursor = first.snapshot?.cursor ?? null;
    const again = await edge.sync({ anonymousId: "a", ruleset: first.ruleset?.version ?? null, cursor });
    expect(again.snapshot?.cursor.profile).not.toBe(cursor?.profile);
    expect(again.memberships.buyers?.member).toBe(false);
  });

  it("is whole under requests that run into it: each comes before it or after it (law 4)", async () => {
    for (let round = 0; round < 6; round++) {
      const user = { userId: `u${round}` };
      const old = Array.from({ length: 3 }, () => track(user, "buy"));
      await edge.batch(...old, track({ anonymousId: `a${round}` }, "buy"));
      const added = Array.from({ length: 4 }, () => track(user, "buy"));
      const [statuses] = await Promise.all([
        Promise.all(added.map((op) => edge.batch(op))),
        erase({ ...user, anonymousId: `a${round}` }),
        edge.batch(identify(`a${round}`, user.userId)),
        edge.sync({ anonymousId: `b${round}`, ...user }),
      ]);
      expect(statuses).toEqual(Array(4).fill(["stored"]));
      const { results } = await env.DB.prepare(
        "select e.id from events e join identities i on i.profile = e.profile where i.value = ?",
      )
        .bind(user.userId)
        .all<{ id: string }>();
      const left = results.map(({ id }) => id);
      expect(left.filter((id) => old.some((op) => op.id === id))).toEqual([]);
      for (const table of TABLES.slice(1)) {
        const orphans = `select count(*) as n from ${table} where profile not in (select id from profiles)`;
        expect(await env.DB.prepare(orphans).first("n")).toBe(0);
      }
      expect((await edge.membersOf(user)).length).toBe(left.length > 0 ? 1 : 0);
    }
  });
});
