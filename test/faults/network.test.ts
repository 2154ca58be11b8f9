import { afterEach, beforeEach, expect, test } from "vitest";
import { type PersistentBrowser, startBrowser } from "./harness/browser.ts";
import { type Mark, marksFrom } from "./harness/mark.ts";
import type { Fate } from "./harness/proxy.ts";
import { say } from "./harness/say.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { Tab } from "./harness/tab.ts";

let stage: Stage;
let browser: PersistentBrowser;

beforeEach(async () => {
  stage = await openStage();
  browser = await startBrowser(stage.disk);
});
afterEach(async () => {
  await browser.kill();
  await stage.close();
});

/** Waits until the edge has all that the page has; the page does that by itself. */
async function expectSettled(tab: Tab): Promise<void> {
  await expect.poll(async () => (await tab.status()).pending, { timeout: 15_000 }).toBe(0);
  expect(await tab.status()).toEqual({ pending: 0, parked: 0, faults: 0, mismatches: 0 });
  expect(await tab.memberships()).toEqual(await stage.askEdge({ anonymousId: await tab.anonymousId() }));
  expect(tab.errors).toEqual([]);
}

async function expectOnce(tracked: readonly Mark[]): Promise<void> {
  expect(await stage.countMarks()).toEqual(new Map(tracked.map(({ n }) => [n, 1])));
}

test("offline, reloaded, online again: nothing is lost and nothing comes twice", async () => {
  const { context } = browser;
  const tab = await Tab.open(context, stage.url);
  await tab.track(marksFrom(0, 5));
  await tab.flush();
  await context.setOffline(true);
  await tab.track(marksFrom(5, 5));
  expect(await tab.count()).toBe(10);

  // The page's own server is there again, the edge is not.
  stage.proxy.weather = "cut";
  await context.setOffline(false);
  await tab.reload();
  expect(await tab.count()).toBe(10);
  await tab.track(marksFrom(10, 5));
  await tab.reload();
  expect(await tab.count()).toBe(15);
  expect((await tab.status()).pending).toBe(10);

  await context.setOffline(true);
  stage.proxy.weather = "pass";
  await context.setOffline(false);
  await expectSettled(tab);
  expect(await tab.count()).toBe(15);
  await expectOnce(marksFrom(0, 15));
  say("offline", "5 tracked online, 10 offline over 2 reloads; 15 at the edge, 0 twice");
});

test("law 4: an acknowledgement lost after the commit is made up for, and nothing takes effect twice", async () => {
  const tab = await Tab.open(browser.context, stage.url);
  await tab.flush();
  const before = stage.proxy.crossings.length;
  const fates: Fate[] = ["lose-answer", "lose-answer", "unavailable"];
  stage.proxy.weather = () => fates.shift() ?? "pass";
  await tab.track(marksFrom(0, 7));
  await tab.flush();
  expect(stage.proxy.crossings[before]).toMatchObject({ fate: "lose-answer", status: 200 });
  expect((await tab.status()).pending).toBe(7);
  // What comes behind the lost answer, and a page that has not heard of it, change nothing.
  await tab.track(marksFrom(7, 2));
  await tab.reload();
  expect(await tab.count()).toBe(9);
  await expectSettled(tab);
  expect(await tab.count()).toBe(9);
  const requests = stage.proxy.crossings.slice(before).map(({ fate }) => fate);
  expect(fates).toEqual([]);
  await expectOnce(marksFrom(0, 9));
  say("acknowledgement lost", `${requests.join(", ")}; 9 tracked, 9 at the edge, 0 twice`);
});
