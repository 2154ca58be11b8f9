import { expect, test } from "vitest";
import { settle } from "../test/fake-clock.ts";
import { MemoryStore } from "../test/memory-store.ts";
import { createRig, membersOf } from "../test/rig.ts";
import { DISK_RETRY_MS } from "./bounds.ts";
import type { Store } from "./store/store.ts";

/** A disk without room for changes as long as it is told so. */
class FullDisk extends MemoryStore {
  isFull = false;

  override transact(...[first, last, decide]: Parameters<Store["transact"]>) {
    return super.transact(first, last, (found) => {
      const changes = [...decide(found)];
      if (this.isFull && changes.length > 0) throw new DOMException("no room", "QuotaExceededError");
      return changes;
    });
  }
}

/** Two tabs on such a disk, of which the first leads. */
async function openTwo() {
  const rig = createRig();
  const disk = new FullDisk();
  const [one, two] = [rig.open({}, disk), rig.open({}, disk)];
  await Promise.all([one.flush(), two.ready]);
  await settle();
  return { ...rig, disk, one, two };
}

const operationsOn = async (disk: MemoryStore) =>
  [...(await disk.read()).keys()].filter((key) => key.startsWith("op:"));

test("a tab whose disk is full sends by itself, and puts what it holds when there is room again", async () => {
  const { clock, disk, edge, one, two } = await openTwo();
  disk.isFull = true;
  await two.track("view");
  await two.track("view");
  expect(two.isMember("viewer")).toBe(true);
  expect(one.isMember("viewer")).toBe(false);
  expect(two.status).toMatchObject({ faults: 1 });
  await clock.pass(1_000);
  expect(edge.taken).toHaveLength(2);
  expect(two.membership("viewer")).toMatchObject({ member: true, source: "edge" });
  disk.isFull = false;
  await clock.pass(DISK_RETRY_MS);
  for (const tab of [one, two])
    expect(tab.membership("viewer")).toMatchObject({ member: true, source: "edge" });
  expect(await operationsOn(disk)).toEqual([]);
  const requests = edge.requests.length;
  await two.track("view");
  await clock.pass(1_000);
  // The one that leads sends for both again.
  expect(edge.requests.length).toBe(requests + 1);
  expect([one.status, two.status]).toMatchObject([{ mismatches: 0 }, { mismatches: 0 }]);
});

test("what is not acknowledged reaches the other tabs with the first write that succeeds", async () => {
  const { clock, disk, edge, one, two } = await openTwo();
  edge.intercept = () => new Response("", { status: 503 });
  disk.isFull = true;
  await two.identify("anna", { plan: "pro" });
  await two.track("view");
  disk.isFull = false;
  await two.track("view");
  await settle();
  expect(one.inspect()?.user.id).toBe("anna");
  expect(one.status.pending).toBe(3);
  expect(await operationsOn(disk)).toHaveLength(3);
  edge.intercept = () => undefined;
  await clock.pass(300_000);
  expect(membersOf(one)).toEqual(["anna", "newcomer", "pro", "recent", "viewer"]);
  expect([one.status.pending, two.status.pending]).toEqual([0, 0]);
});

test("a user who was erased does not come back by what another tab was about to write", async () => {
  const { disk, edge, one, two } = await openTwo();
  edge.intercept = () => new Response("", { status: 503 });
  const old = one.inspect()?.user.anonymousId;
  await Promise.all([one.erase(), two.track("view", { note: "private" }), two.identify("anna")]);
  await settle();
  const kept = JSON.stringify([...(await disk.read())].filter(([key]) => key !== "definitions"));
  for (const trace of [old, "private", "anna"]) expect(kept).not.toContain(trace);
  for (const tab of [one, two]) {
    expect(tab.status.pending).toBe(0);
    expect(tab.inspect()?.user).toMatchObject({ id: null, anonymousId: one.inspect()?.user.anonymousId });
  }
});

test("of a database that is gone the next write makes a new one, with all that the tab knows", async () => {
  const { clock, disk, edge, one, two } = await openTwo();
  edge.intercept = () => new Response("", { status: 503 });
  await one.track("view");
  await settle();
  await disk.clear();
  await two.track("view");
  await settle();
  for (const tab of [one, two]) expect(tab.isMember("viewer")).toBe(true);
  expect(await operationsOn(disk)).toHaveLength(2);
  edge.intercept = () => undefined;
  await clock.pass(300_000);
  expect(edge.taken).toHaveLength(2);
  expect(one.membership("viewer")).toMatchObject({ member: true, source: "edge" });
});
