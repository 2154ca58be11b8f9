import { expect, onTestFinished } from "vitest";
import { expectAgreement, expectOnce } from "../harness/agreement.ts";
import { startBrowser } from "../harness/browser.ts";
import { marksFrom } from "../harness/mark.ts";
import { say } from "../harness/say.ts";
import { Tab } from "../harness/tab.ts";
import { test } from "../harness/test.ts";
import { WAIT } from "../harness/wait.ts";

/** Stands in what must leave no trace. */
const SECRET = "said-in-confidence";

test("a user whom erase() has forgotten stays forgotten when the browser is killed", async ({ stage }) => {
  const start = async () => {
    const browser = await startBrowser(stage.disk);
    onTestFinished(async () => void (await browser.kill()));
    return { browser, tab: await Tab.open(browser.context, stage.url) };
  };
  const { browser, tab } = await start();
  const other = await Tab.open(browser.context, stage.url);
  await tab.track(marksFrom(0, 3));
  await tab.flush();
  stage.proxy.weather = "cut";
  await tab.track(marksFrom(3, 3, SECRET));
  await expect.poll(() => other.count(), WAIT).toBe(6);
  const user = await tab.who();
  const kill = browser.aim();
  await other.page.evaluate(() => client.erase());
  await kill();

  const { tab: next } = await start();
  expect(await next.count()).toBe(0);
  expect((await next.status()).pending).toBe(0);
  const disk = await next.readDisk();
  expect(disk).toContain("anonymousId");
  for (const trace of [SECRET, ...Object.values(user)]) expect(disk).not.toContain(trace);
  stage.proxy.weather = "pass";
  await next.flush();
  await expectAgreement(stage, next, 0);
  await expectOnce(stage, 3);
  say("erased", "3 marks sent, 3 pending ones erased before a kill: none on disk, none sent");
});

test("while consent is pending nothing is on disk; once it is granted, all is", async ({ stage }) => {
  const start = async (consent: string) => {
    const browser = await startBrowser(stage.disk);
    onTestFinished(async () => void (await browser.kill()));
    return { browser, tab: await Tab.open(browser.context, `${stage.url}&consent=${consent}`) };
  };
  const { browser, tab } = await start("pending");
  await tab.track(marksFrom(100, 3, SECRET));
  const disk = await tab.readDisk();
  expect(disk).not.toContain(SECRET);
  await browser.kill();

  const { browser: second, tab: asked } = await start("pending");
  stage.proxy.weather = "cut";
  await asked.track(marksFrom(0, 3));
  const kill = second.aim();
  await asked.page.evaluate(() => client.setConsent("granted"));
  await kill();

  const { tab: granted } = await start("granted");
  expect((await granted.status()).pending).toBe(3);
  stage.proxy.weather = "pass";
  await granted.flush();
  await expectAgreement(stage, granted, 3);
  await expectOnce(stage, 3);
  say(
    "consent",
    "3 marks before consent gone with the browser, 3 granted before a kill: 3 at the edge, 0 twice",
  );
});
