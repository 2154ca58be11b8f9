import { afterEach, beforeEach, expect, test } from "vitest";
import { type PersistentBrowser, startBrowser } from "./harness/browser.ts";
import { marksFrom } from "./harness/mark.ts";
import { say } from "./harness/say.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { Tab } from "./harness/tab.ts";

/** Bytes that the page may keep: enough for some of what it does. */
const QUOTA = 100_000;
const FILLER = "x".repeat(20_000);

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

test("a disk that is full is counted and not noticed: decisions go on, and memory is sent", async () => {
  const page = await browser.context.newPage();
  const devtools = await browser.context.newCDPSession(page);
  const { origin } = new URL(stage.url);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: QUOTA });
  const tab = await Tab.open(browser.context, stage.url, page);
  await tab.flush();
  stage.proxy.weather = "cut";
  await tab.track(marksFrom(0, 3));
  expect((await tab.status()).faults).toBe(0);

  for (let n = 3; n < 13; n++) await tab.track(marksFrom(n, 1, FILLER));
  const { faults, pending } = await tab.status();
  expect(faults).toBeGreaterThan(0);
  expect(pending).toBe(13);
  expect(await tab.count()).toBe(13);
  expect(tab.errors).toEqual([]);
  const codes = await tab.page.evaluate(() => problems.map(({ code }) => code));
  expect(new Set(codes)).toEqual(new Set(["storage"]));

  stage.proxy.weather = "pass";
  await tab.flush();
  expect(await tab.status()).toMatchObject({ pending: 0, parked: 0, mismatches: 0 });
  expect(await tab.count()).toBe(13);
  expect(await tab.memberships()).toEqual(await stage.askEdge({ anonymousId: await tab.anonymousId() }));

  // With room again, the disk is used as before: what is not sent outlives the page.
  await devtools.send("Storage.overrideQuotaForOrigin", { origin });
  stage.proxy.weather = "cut";
  await tab.track(marksFrom(13, 2));
  await tab.reload();
  expect(await tab.count()).toBe(15);
  stage.proxy.weather = "pass";
  await tab.flush();
  expect(await stage.countMarks()).toEqual(new Map(marksFrom(0, 15).map(({ n }) => [n, 1])));
  say("quota", `${faults} faults counted, 0 errors in the page; 15 tracked, 15 at the edge, 0 twice`);
});
