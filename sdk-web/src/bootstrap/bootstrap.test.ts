import type { Bootstrap } from "@muster/rules/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRig, membersOf } from "../../test/rig.ts";

/** An edge that knows anna: pro, and a view that is recent until ten minutes from now. */
async function setUp() {
  const rig = createRig();
  const device = rig.open({ storage: "memory" }, undefined);
  await device.identify("anna", { plan: "pro" });
  await device.track("view");
  await device.flush();
  await device.erase();
  await device.close();
  await rig.disk.transact("", "\uffff\uffff", (found) => [...found.keys()].map((key) => [key, undefined]));
  rig.edge.intercept = () => new Response("", { status: 503 });
  return rig;
}

test("right after createClient the answers are the page's, each until its `until`; then they are computed", async () => {
  const { clock, edge, open } = await setUp();
  const bootstrap = edge.bootstrap({ userId: "anna", anonymousId: "?" });
  const client = open({ bootstrap });
  expect(client.membership("pro")).toEqual({ member: true, until: null, ready: true, source: "bootstrap" });
  expect(membersOf(client)).toEqual(["anna", "newcomer", "pro", "recent"]);
  clock.jump(600_000);
  expect(client.membership("recent")).toMatchObject({ ready: false, source: "fallback" });
  clock.jump(-600_000);
  await client.ready;
  expect(client.inspect()?.user.id).toBe("anna");
  expect(membersOf(client)).toEqual(["anna", "newcomer", "pro", "recent"]);
  expect(client.membership("pro")).toMatchObject({ ready: true, source: "local" });
  await client.track("view");
  expect(client.isMember("viewer")).toBe(true);
  edge.intercept = () => undefined;
  await client.flush();
  expect(client.membership("viewer")).toMatchObject({ member: true, source: "edge" });
  expect(client.status).toMatchObject({ pending: 0, mismatches: 0 });
});

test("of disk and page about the same user the newer wins, and the disk where something waits", async () => {
  const { clock, edge, open } = await setUp();
  const old = edge.bootstrap({ userId: "anna", anonymousId: "?" });
  edge.intercept = () => undefined;
  const first = open({ userId: "anna" });
  await first.track("view");
  await first.flush();
  await clock.pass(1_000);
  await first.close();
  edge.intercept = () => new Response("", { status: 503 });
  const stale = open({ bootstrap: old });
  await stale.ready;
  expect(stale.isMember("viewer")).toBe(true);
  await stale.close();

  edge.sync({
    anonymousId: "other device",
    userId: "anna",
    ops: [{ type: "track", id: "1", ts: clock.now(), userId: "anna", name: "buy" }],
  });
  const fresh = edge.bootstrap({ userId: "anna", anonymousId: "?" });
  const next = open({ bootstrap: fresh });
  await next.ready;
  expect(next.membership("newcomer")).toMatchObject({ member: false, source: "edge" });
  // Sent, stored, and the answer lost: it is in what the next page brings.
  edge.intercept = () => undefined;
  edge.deliver = () => {
    throw new TypeError("connection lost");
  };
  await next.track("view");
  await next.flush();
  await next.close();
  edge.intercept = () => new Response("", { status: 503 });
  const after = open({ bootstrap: edge.bootstrap({ userId: "anna", anonymousId: "?" }) });
  await after.ready;
  expect(after.isMember("secret")).toBe(false);
  edge.intercept = () => undefined;
  edge.deliver = () => {};
  await after.flush();
  expect(after.status).toMatchObject({ pending: 0, mismatches: 0 });
});

test("one for another user means identify; one for another anonymous user gives definitions alone", async () => {
  const { edge, open } = await setUp();
  const first = open({ userId: "bert" });
  await first.track("view");
  await first.close();
  const client = open({ bootstrap: edge.bootstrap({ userId: "anna", anonymousId: "?" }) });
  await client.ready;
  expect(client.inspect()?.user.id).toBe("anna");
  expect(membersOf(client)).toEqual(["anna", "newcomer", "pro", "recent"]);
  await client.reset();
  expect(client.membership("pro")).toMatchObject({ member: false, ready: true, source: "edge" });
  await client.close();

  const other = createRig();
  other.edge.intercept = () => new Response("", { status: 503 });
  const anonymous = other.open({ bootstrap: other.edge.bootstrap({ anonymousId: "somebody" }) });
  await anonymous.ready;
  await anonymous.track("buy");
  expect(anonymous.membership("newcomer")).toMatchObject({ member: false, source: "local" });
  expect(anonymous.membership("secret")).toMatchObject({ ready: false });
});

test("what no edge has made is reported and left aside", async () => {
  const { edge } = await setUp();
  const good = edge.bootstrap({ userId: "anna", anonymousId: "?" });
  const keys = Object.keys(good);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.anything({ withProxy: true, withBigInt: true } as object),
        fc.tuple(fc.constantFrom(...keys), fc.anything()).map(([key, value]) => ({ ...good, [key]: value })),
        fc.tuple(fc.constantFrom("cursor", "state", "traits"), fc.json()).map(([key, json]) => ({
          ...good,
          snapshot: { ...good.snapshot, [key]: JSON.parse(json) },
        })),
      ),
      async (bootstrap) => {
        const { open } = createRig();
        const client = open({ bootstrap: bootstrap as Bootstrap });
        client.memberships();
        await client.ready;
        await client.track("view");
        client.memberships();
        await client.flush();
        expect(client.membership("recent").source).not.toBe("unknown");
        await client.close();
      },
    ),
    { numRuns: 200 },
  );
});
