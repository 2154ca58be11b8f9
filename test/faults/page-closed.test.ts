import { afterEach, beforeEach, expect, test } from "vitest";
import { type PersistentBrowser, startBrowser } from "./harness/browser.ts";
import { marksFrom } from "./harness/mark.ts";
import { say } from "./harness/say.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { Tab } from "./harness/tab.ts";

const MARKS = 60;
/** Makes 500 kB of them together. */
const FILLER = "x".repeat(8_300);
/** The most that a browser lets a page that is gone still send. */
const KEEPALIVE_BYTES = 65_536;

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

test("a page closed with 500 kB pending sends what it may, and the next visit the rest, each once", async () => {
  const { context } = browser;
  const { proxy } = stage;
  const tab = await Tab.open(context, stage.url);
  await tab.flush();
  proxy.weather = "cut";
  await tab.track(marksFrom(0, MARKS, FILLER));
  expect(await tab.count()).toBe(MARKS);
  const size = await tab.page.evaluate(() => client.status.pending);
  expect(size).toBe(MARKS);

  const before = proxy.crossings.length;
  proxy.weather = "pass";
  const other = await context.newPage();
  await tab.page.close({ runBeforeUnload: true });
  await expect.poll(() => tab.page.isClosed()).toBe(true);
  await expect.poll(() => proxy.crossings.slice(before).every(({ status }) => status === 200)).toBe(true);
  const farewell = proxy.crossings.slice(before);
  for (const { body } of farewell) expect(Buffer.byteLength(body)).toBeLessThan(KEEPALIVE_BYTES);
  const early = farewell.reduce((sum, { body }) => sum + JSON.parse(body).ops.length, 0);
  expect(early).toBeLessThan(MARKS);

  const next = await Tab.open(context, stage.url, other);
  expect(await next.count()).toBe(MARKS);
  await next.flush();
  expect(await next.status()).toEqual({ pending: 0, parked: 0, faults: 0, mismatches: 0 });
  expect(await next.count()).toBe(MARKS);
  expect(await next.memberships()).toEqual(await stage.askEdge({ anonymousId: await next.anonymousId() }));
  expect(await stage.countMarks()).toEqual(new Map(marksFrom(0, MARKS).map(({ n }) => [n, 1])));
  say(
    "page closed",
    `${MARKS} operations pending, ${early} left with the page, the rest at the next visit, 0 twice`,
  );
});
