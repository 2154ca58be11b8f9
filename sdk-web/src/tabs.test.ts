import { expect, test } from "vitest";
import { settle } from "../test/fake-clock.ts";
import { createRig, membersOf } from "../test/rig.ts";
import { REQUEST_MS } from "./bounds.ts";

/** Two tabs that are ready, of which the first leads. */
async function openTwo() {
  const rig = createRig();
  const [one, two] = [rig.open(), rig.open()];
  await Promise.all([one.flush(), two.ready]);
  await settle();
  return { ...rig, one, two };
}

test("tabs that start at once agree on one user, on disk too", async () => {
  const { disk, open } = createRig();
  const tabs = Array.from({ length: 8 }, () => open());
  await Promise.all(tabs.map((tab) => tab.flush()));
  expect(new Set(tabs.map((tab) => tab.inspect()?.user.anonymousId)).size).toBe(1);
  const kept = [...(await disk.read()).keys()].map((key) => key.replace(/:.*/, ":"));
  expect(kept).toEqual(["definitions", "identity", "identity:", "skew"]);
});

test("what one tab does every tab knows at once, and one request carries it", async () => {
  const { clock, edge, one, two } = await openTwo();
  const before = edge.requests.length;
  await two.track("view");
  await one.track("view");
  await settle();
  for (const tab of [one, two]) {
    expect(tab.membership("viewer")).toMatchObject({ member: true, source: "local" });
    expect(tab.status.pending).toBe(2);
  }
  await clock.pass(1_000);
  expect(edge.requests.length).toBe(before + 1);
  for (const tab of [one, two]) {
    expect(tab.membership("viewer")).toMatchObject({ member: true, source: "edge" });
    expect(tab.status.pending).toBe(0);
  }
});

test("a tab that does not lead has the one that does send all, and hears when that is done", async () => {
  const { edge, two } = await openTwo();
  await two.track("buy");
  await two.flush();
  expect(edge.taken).toHaveLength(1);
  expect(two.membership("newcomer")).toMatchObject({ member: false, source: "edge" });
});

test("where nobody answers, waiting for the tab that leads comes to an end", async () => {
  const { browser, clock, open } = createRig();
  // A tab that leads and says nothing.
  browser.open().campaign(() => {});
  const client = open();
  await client.ready;
  let isDone = false;
  void client.flush().then(() => {
    isDone = true;
  });
  await clock.pass(REQUEST_MS - 1);
  expect(isDone).toBe(false);
  await clock.pass(1);
  expect(isDone).toBe(true);
});

test("identity, traits and resets reach the other tabs", async () => {
  const { one, two } = await openTwo();
  await two.identify("anna", { plan: "pro" });
  await settle();
  expect(one.inspect()?.user.id).toBe("anna");
  await one.flush();
  expect(membersOf(two)).toEqual(["anna", "newcomer", "pro"]);
  await one.reset();
  await settle();
  expect(two.inspect()?.user).toMatchObject({ id: null, anonymousId: one.inspect()?.user.anonymousId });
  expect(membersOf(two)).toEqual(["newcomer"]);
});

test("the work of a tab that dies is taken over, with what it had sent and not heard of", async () => {
  const { clock, edge, one, two } = await openTwo();
  await one.track("view");
  edge.deliver = () => new Promise(() => {});
  void one.flush();
  await settle();
  const { length } = edge.requests;
  expect(edge.taken).toHaveLength(1);
  edge.deliver = () => {};
  await one.track("buy");
  void one.close();
  await clock.pass(0);
  expect(edge.requests.length).toBe(length + 1);
  expect(edge.taken.map((op) => op.type === "track" && op.name)).toEqual(["view", "buy"]);
  expect(two.status).toMatchObject({ pending: 0, mismatches: 0 });
  expect(two.membership("viewer")).toMatchObject({ member: false, source: "edge" });
});

test("only operations in doubt are asked about, and only those beyond the batch", async () => {
  const { edge, disk, open } = createRig();
  const first = open();
  await first.flush();
  edge.intercept = () => new Response("", { status: 503 });
  const text = "x".repeat(20_000);
  for (let n = 0; n < 5; n++) await first.track("view", { text });
  await first.close();
  edge.intercept = () => undefined;
  edge.requests = [];
  const next = open({}, disk);
  await next.flush();
  const counts = edge.requests.map(({ ops, waiting = [] }) => [ops.length, waiting.length]);
  expect(counts).toEqual([
    [2, 3],
    [2, 1],
    [1, 0],
  ]);
  for (let n = 0; n < 5; n++) void next.track("view", { text });
  await next.flush();
  expect(edge.requests.slice(3).map(({ waiting }) => waiting)).toEqual([undefined, undefined, undefined]);
});

test("what a snapshot holds already is not applied a second time, although its acknowledgement was lost", async () => {
  const { edge, open } = createRig();
  const first = open();
  await first.flush();
  const text = "x".repeat(30_000);
  await first.track("other", { text });
  await first.track("other", { text });
  edge.deliver = () => {
    throw new TypeError("connection lost");
  };
  await first.flush();
  await first.close();
  edge.deliver = () => {};
  // The operation that was lost on the way is behind a batch of others.
  const next = open();
  await next.ready;
  const seen: boolean[] = [];
  next.subscribe(() => seen.push(next.isMember("viewer")));
  await next.track("view");
  await next.flush();
  expect(next.status).toMatchObject({ pending: 0, mismatches: 0 });
  expect(next.isMember("viewer")).toBe(false);
  expect(seen).not.toContain(true);
});

test("tabs that change the user at once end up with the same one", async () => {
  const { disk, one, two } = await openTwo();
  await Promise.all([one.reset(), two.reset()]);
  await settle();
  const ids = [one, two].map((tab) => tab.inspect()?.user.anonymousId);
  expect(ids[0]).toBe(ids[1]);
  expect((await disk.read()).get("identity")).toMatchObject({ anonymousId: ids[0] });
});
