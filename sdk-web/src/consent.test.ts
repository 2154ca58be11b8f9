import { expect, test } from "vitest";
import { settle } from "../test/fake-clock.ts";
import { MemoryStore } from "../test/memory-store.ts";
import { createRig, membersOf } from "../test/rig.ts";
import type { Store } from "./store/store.ts";

/** A disk that notes what is done to it. */
function watchDisk(): { disk: Store; calls: string[]; inner: MemoryStore } {
  const inner = new MemoryStore();
  const calls: string[] = [];
  const disk: Store = {
    transact(...transaction) {
      calls.push("transact");
      return inner.transact(...transaction);
    },
    close: () => inner.close(),
  };
  return { disk, calls, inner };
}

test("while consent is pending nothing touches disk or network, and events decide in memory", async () => {
  const { clock, edge, open } = createRig();
  const { disk, calls } = watchDisk();
  const bootstrap = edge.bootstrap({ anonymousId: "someone else" });
  const client = open({ consent: "pending", bootstrap }, disk);
  await client.ready;
  await client.track("view");
  await client.track("view");
  await client.setTraits({ plan: "pro" });
  await client.flush();
  await clock.pass(3_600_000);
  expect([calls, edge.requests]).toEqual([[], []]);
  expect(membersOf(client)).toEqual(["newcomer", "pro", "viewer"]);
});

test("once it is granted, what memory holds is kept and sent, as the device's user's", async () => {
  const rig = createRig();
  const before = rig.open();
  await before.identify("anna");
  await before.track("view");
  await before.flush();
  await before.close();
  const client = rig.open({ consent: "pending" });
  await client.track("view");
  expect(client.inspect()).toBeUndefined();
  await client.setConsent("granted");
  expect(client.inspect()?.user.id).toBe("anna");
  expect(client.membership("viewer")).toMatchObject({ member: true, source: "local" });
  expect([...(await rig.disk.read()).keys()].filter((key) => key.startsWith("op:"))).toHaveLength(1);
  await client.flush();
  expect(rig.edge.evaluate({ userId: "anna", anonymousId: "?" }).viewer?.member).toBe(true);
  expect(client.status).toMatchObject({ pending: 0, mismatches: 0 });
});

test("of another user than the device's, memory is kept apart", async () => {
  const rig = createRig();
  const before = rig.open();
  await before.identify("anna", { plan: "pro" });
  await before.flush();
  await before.close();
  const client = rig.open({ consent: "pending" });
  await client.track("view");
  await client.identify("bert");
  await client.track("view");
  await client.setConsent("granted");
  await client.flush();
  expect(client.inspect()?.user.id).toBe("bert");
  expect(membersOf(client)).toEqual(["newcomer", "recent", "viewer"]);
  expect(rig.edge.evaluate({ userId: "anna", anonymousId: "?" }).recent?.member).toBe(false);
  expect(JSON.stringify([...(await rig.disk.read())].filter(([key]) => key !== "definitions"))).not.toContain(
    "anna",
  );
});

test("denied, it drops what waits, erases the disk, tracks nothing and asks nobody, in every tab", async () => {
  const { clock, edge, disk, open } = createRig();
  const [one, two] = [open(), open()];
  await Promise.all([one.flush(), two.ready]);
  edge.intercept = () => new Response("", { status: 503 });
  await one.track("view");
  await two.track("view");
  await settle();
  await one.setConsent("denied");
  await settle();
  const { length } = edge.requests;
  for (const tab of [one, two]) {
    await tab.track("view");
    await tab.identify("anna");
    expect(tab.status.pending).toBe(0);
    expect(tab.membership("newcomer")).toMatchObject({ ready: false, source: "fallback" });
  }
  await clock.pass(3_600_000);
  expect(edge.requests.length).toBe(length);
  expect(JSON.stringify([...(await disk.read())])).not.toMatch(/"(anonymousId|view)"/);

  edge.intercept = () => undefined;
  await two.setConsent("granted");
  await settle();
  await two.flush();
  expect(membersOf(one)).toEqual(["newcomer"]);
  expect(edge.taken).toEqual([]);
});

test("denied from the start, it erases what was kept before", async () => {
  const rig = createRig();
  const before = rig.open();
  await before.track("view");
  await before.flush();
  await before.close();
  await rig.open({ consent: "denied" }).ready;
  expect([...(await rig.disk.read())]).toEqual([]);
});

test("erased, nothing of the user is left on disk, in memory or to be sent, in any tab", async () => {
  const { edge, disk, open } = createRig();
  const [one, two] = [open(), open()];
  await Promise.all([one.flush(), two.ready]);
  await two.identify("anna", { plan: "pro" });
  await one.flush();
  edge.intercept = () => new Response("", { status: 503 });
  const old = one.inspect()?.user.anonymousId ?? "?";
  void two.track("view");
  await one.track("view", { note: "private" });
  await one.erase();
  await settle();
  for (const tab of [one, two]) {
    expect(tab.status.pending).toBe(0);
    expect(membersOf(tab)).toEqual(["newcomer"]);
    expect(tab.inspect()?.user).toMatchObject({ id: null });
    expect(tab.inspect()?.user.anonymousId).not.toBe(old);
  }
  const kept = JSON.stringify([...(await disk.read())].filter(([key]) => key !== "definitions"));
  for (const trace of ["anna", "private", old]) expect(kept).not.toContain(trace);
  edge.intercept = () => undefined;
  await two.flush();
  expect(edge.taken.filter(({ type }) => type === "track")).toEqual([]);
});
