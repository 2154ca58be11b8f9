import { expect, test } from "vitest";
import { FakeClock, settle } from "../../test/fake-clock.ts";
import { MemoryStore } from "../../test/memory-store.ts";
import { DISK_MS } from "../bounds.ts";
import { createDurableStore, type DurableStore } from "./durable.ts";
import type { Change } from "./store.ts";

/** A disk that fails, or never answers, when it is told to. */
class Disk extends MemoryStore {
  state: "well" | "full" | "blocked" = "well";
  writes: Change[][] = [];

  override async read(): Promise<ReadonlyMap<string, unknown>> {
    await this.#act();
    return super.read();
  }

  override async write(changes: Iterable<Change>): Promise<void> {
    this.writes.push([...changes]);
    await this.#act();
    return super.write(changes);
  }

  async #act(): Promise<void> {
    if (this.state === "full") throw new DOMException("no room", "QuotaExceededError");
    if (this.state === "blocked") await new Promise(() => {});
  }
}

function setUp(): { clock: FakeClock; disk: Disk; store: DurableStore; faults: unknown[] } {
  const clock = new FakeClock();
  const disk = new Disk();
  const faults: unknown[] = [];
  return { clock, disk, faults, store: createDurableStore(disk, clock, (error) => faults.push(error)) };
}

test("writes of one moment go to disk in at most two transactions, and each resolves with its own", async () => {
  const { disk, store } = setUp();
  await Promise.all(Array.from({ length: 100 }, (_, n) => store.write([[`op:${n}`, n]])));
  expect(disk.writes.length).toBeLessThanOrEqual(2);
  expect((await disk.read()).size).toBe(100);
});

test("a write has resolved only when it is on disk", async () => {
  const { disk, store } = setUp();
  const first = store.write([["a", 1]]);
  await settle();
  const second = store.write([["b", 2]]);
  await second;
  expect([...(await disk.read())]).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
  await first;
});

test("what a full disk does not take is counted and written with the next change", async () => {
  const { disk, store, faults } = setUp();
  disk.state = "full";
  await store.write([
    ["a", 1],
    ["b", 1],
  ]);
  expect(faults).toHaveLength(1);
  disk.state = "well";
  await store.write([["b", 2]]);
  expect([...(await disk.read())]).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
});

test("a disk that never answers a read is given up, and writes resolve without it", async () => {
  const { clock, disk, store, faults } = setUp();
  disk.state = "blocked";
  const read = store.read();
  await clock.pass(DISK_MS - 1);
  expect(faults).toHaveLength(0);
  await clock.pass(1);
  expect(await read).toBeUndefined();
  await store.write([["a", 1]]);
  expect(faults).toHaveLength(1);
  expect(disk.writes).toEqual([]);
});

test("a write that is never answered is counted, tried again, and leaves no timer behind", async () => {
  const { clock, disk, store } = setUp();
  disk.state = "blocked";
  const write = store.write([["a", 1]]);
  await clock.pass(DISK_MS);
  await write;
  disk.state = "well";
  await store.write([["b", 1]]);
  expect((await disk.read()).get("a")).toBe(1);
  expect(clock.waiting).toBe(0);
});
