import { env } from "cloudflare:workers";
import type { Bootstrap } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import {
  heldFrom,
  identify,
  localMemberships,
  setTraits,
  TestEdge,
  track,
  watchCalls,
} from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
  await edge.segment("buyers", { event: "buy", within: { days: 1 }, op: "gte", value: 2 });
  await edge.segment("hidden", { trait: "plan", op: "eq", value: "pro" }, { private: true });
  await edge.segment("refers", { all: [{ segment: "buyers" }, { segment: "hidden" }] });
});

const bootstrap = async (user: object) => {
  const { status, body } = await edge.call<Bootstrap>("POST", "/v1/bootstrap", user, {
    key: await edge.key("secret"),
  });
  expect(status).toBe(200);
  return body;
};

describe("a bootstrap", () => {
  it("is what a sync would give, and a browser that has it needs nothing more", async () => {
    const device = { anonymousId: "a", userId: "u" };
    await edge.batch(
      track({ anonymousId: "a" }, "buy"),
      identify("a", "u"),
      track({ userId: "u" }, "buy"),
      setTraits({ userId: "u" }, { plan: "pro" }),
    );
    const body = await bootstrap(device);
    const { now, memberships, ruleset, snapshot } = await edge.sync(device);
    expect(body).toEqual({ ...device, now, memberships, ruleset, snapshot });
    expect(localMemberships(body)).toEqual(memberships);
    expect(Object.values(memberships).map(({ member }) => member)).toEqual([true, true, true]);
    expect(await edge.sync({ ...device, ...heldFrom(body) })).toMatchObject({
      ruleset: null,
      snapshot: null,
    });
    expect(await bootstrap({ userId: "u" })).toEqual({ ...body, anonymousId: null });
  });

  it("reads once and writes nothing, for someone unknown and where time has passed", async () => {
    await edge.batch(track({ userId: "u" }, "buy"), track({ userId: "u" }, "buy"));
    edge.now += 2 * 86_400_000;
    await edge.key("secret");
    const { db, calls } = watchCalls(env.DB);
    edge.db = db;
    for (const user of [{ userId: "u" }, { anonymousId: "new" }]) {
      const body = await bootstrap(user);
      expect(body.memberships.buyers).toEqual({ member: false, until: null });
      expect(localMemberships(body)).toEqual(body.memberships);
    }
    expect(calls).toEqual(["batch", "batch"]);
    expect(await env.DB.prepare("select count(*) as n from profiles").first("n")).toBe(1);
  });

  it("is of someone", async () => {
    const { status, body } = await edge.call("POST", "/v1/bootstrap", {});
    expect([status, body.code]).toEqual([422, "invalid-body"]);
  });
});
