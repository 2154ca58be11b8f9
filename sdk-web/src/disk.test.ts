import { expect, test } from "vitest";
import { FakeClock, settle } from "../test/fake-clock.ts";
import { DISK_MS, DISK_RETRY_MS } from "./bounds.ts";
import { createDisk } from "./disk.ts";
import type { Store } from "./store/store.ts";

const refuse = () => Promise.reject(new DOMException("no room", "QuotaExceededError"));

/** A disk on a store that is used for nothing here but to be asked. */
function setUp() {
  const clock = new FakeClock();
  const faults: unknown[] = [];
  const seen: boolean[] = [];
  let retries = 0;
  const store: Store = { transact: refuse, clear: refuse, close: refuse };
  const disk = createDisk(store, {
    clock,
    report: (code, _path, detail) => faults.push([code, String(detail)]),
    changed: () => seen.push(disk.isFailing),
    retry: () => retries++,
  });
  return { clock, disk, faults, seen, retries: () => retries };
}

test("tasks are done one after the other, whatever becomes of them", async () => {
  const { disk } = setUp();
  const done: string[] = [];
  const ask = (name: string, answer: () => Promise<unknown>) =>
    disk.enqueue(async () => {
      done.push(`${name} ${await disk.ask(answer)}`);
    });
  await Promise.all([
    ask("first", async () => settle().then(() => "yes")),
    ask("second", refuse),
    ask("third", async () => "yes"),
  ]);
  expect(done).toEqual(["first yes", "second undefined", "third yes"]);
});

test("a store that does not answer in time counts as one that failed, and leaves no timer behind once it answers", async () => {
  const { clock, disk, faults } = setUp();
  const late = disk.ask(() => new Promise(() => {}));
  await clock.pass(DISK_MS - 1);
  expect([disk.isFailing, disk.isBusy]).toEqual([false, true]);
  await clock.pass(1);
  expect(await late).toBeUndefined();
  expect([disk.isFailing, disk.isBusy]).toEqual([true, false]);
  expect(faults).toEqual([["storage", "Error: timeout"]]);
  expect(await disk.ask(async () => 7)).toBe(7);
  expect(clock.waiting).toBe(0);
});

test("a failure is told once until it is over, and tried again after a while", async () => {
  const { clock, disk, faults, seen, retries } = setUp();
  await disk.ask(refuse);
  await disk.ask(refuse);
  expect([faults.length, seen]).toEqual([1, [true]]);
  await clock.pass(DISK_RETRY_MS - 1);
  expect(retries()).toBe(0);
  await clock.pass(1);
  expect(retries()).toBe(1);
  await disk.ask(async () => "well");
  expect(seen).toEqual([true, false]);
  await disk.ask(refuse);
  expect(faults).toHaveLength(2);
  await disk.close();
  expect(clock.waiting).toBe(0);
});

test("a task that throws is reported, and the next one is done", async () => {
  const { disk, faults } = setUp();
  await disk.enqueue(() => Promise.reject(new TypeError("rubble")));
  let isDone = false;
  await disk.enqueue(async () => {
    isDone = true;
  });
  expect([isDone, faults]).toEqual([true, [["storage", "TypeError: rubble"]]]);
});
