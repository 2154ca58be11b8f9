import { expect } from "vitest";
import { expectAgreement, expectOnce } from "../harness/agreement.ts";
import { marksFrom } from "../harness/mark.ts";
import { say } from "../harness/say.ts";
import { Tab } from "../harness/tab.ts";
import { test } from "../harness/test.ts";
import { WAIT } from "../harness/wait.ts";

/** Bytes that the page may keep: enough for some of what it does. */
const QUOTA = 100_000;
const FILLER = "x".repeat(20_000);

test("a full disk is counted and not noticed: decisions go on, memory is sent", async ({
  stage,
  browser,
}) => {
  const page = await browser.context.newPage();
  const devtools = await browser.context.newCDPSession(page);
  const { origin } = new URL(stage.url);
  // From the start, since Chromium asks for the room that is left only now and then.
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
  const codes = await tab.page.evaluate(() => problems.map(({ code }) => code));
  expect(codes).toEqual(Array(faults).fill("storage"));
  // What the disk has no room for, a tab that opens now is told by the one that has it.
  const other = await Tab.open(browser.context, stage.url);
  await expect.poll(() => other.count(), WAIT).toBe(13);

  stage.proxy.weather = "pass";
  await devtools.send("Storage.overrideQuotaForOrigin", { origin });
  await tab.flush();
  await expectAgreement(stage, other, 13, (await other.status()).faults);
  await other.page.close();
  await expectAgreement(stage, tab, 13, (await tab.status()).faults);

  // With room again, the disk is used as before: what is not sent outlives the page.
  stage.proxy.weather = "cut";
  await tab.track(marksFrom(13, 2));
  await tab.reload();
  stage.proxy.weather = "pass";
  await tab.flush();
  await expectAgreement(stage, tab, 15);
  await expectOnce(stage, 15);
  say("quota", `${faults} faults counted, 0 errors in the page; 15 tracked, 15 at the edge, 0 twice`);
});
