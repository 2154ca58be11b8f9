import { expect } from "vitest";
import { expectAgreement, expectOnce } from "../harness/agreement.ts";
import { marksFrom } from "../harness/mark.ts";
import type { Fate } from "../harness/proxy.ts";
import { say } from "../harness/say.ts";
import { Tab } from "../harness/tab.ts";
import { test } from "../harness/test.ts";

test("offline, reloaded, online again: nothing is lost and nothing comes twice", async ({
  stage,
  browser,
}) => {
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
  await expectAgreement(stage, tab, 15);
  await expectOnce(stage, 15);
  say("offline", "5 tracked online, 10 offline over 2 reloads; 15 at the edge, 0 twice");
});

test("law 4: an acknowledgement lost after the commit is made up for, with no effect twice", async ({
  stage,
  browser,
}) => {
  const { proxy } = stage;
  const tab = await Tab.open(browser.context, stage.url);
  await tab.flush();
  const before = proxy.crossings.length;
  const fates: Fate[] = ["lose-answer", "lose-answer", "unavailable"];
  proxy.weather = () => fates.shift() ?? "pass";
  await tab.track(marksFrom(0, 7));
  await tab.flush();
  expect(proxy.crossings[before]).toMatchObject({ fate: "lose-answer", status: 200 });
  expect((await tab.status()).pending).toBe(7);
  // What comes behind the lost answer, and a page that has not heard of it, change nothing.
  await tab.track(marksFrom(7, 2));
  await tab.reload();
  expect(await tab.count()).toBe(9);
  await expectAgreement(stage, tab, 9);
  expect(fates).toEqual([]);
  const requests = proxy.crossings.slice(before).map(({ fate }) => fate);
  await expectOnce(stage, 9);
  say("acknowledgement lost", `${requests.join(", ")}; 9 tracked, 9 at the edge, 0 twice`);
});
