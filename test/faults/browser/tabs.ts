import { expect } from "vitest";
import { expectAgreement, expectOnce } from "../harness/agreement.ts";
import { marksFrom } from "../harness/mark.ts";
import { carriedBy } from "../harness/proxy.ts";
import { say } from "../harness/say.ts";
import { findLeader, openTabs, waitForCounts } from "../harness/tabs.ts";
import { readTakeOver, watchLife } from "../harness/take-over.ts";
import { test } from "../harness/test.ts";
import { WAIT } from "../harness/wait.ts";

test("four tabs see each other's events at once, and one of them sends for all", async ({
  stage,
  browser,
}) => {
  const { proxy } = stage;
  const tabs = await openTabs(stage, browser, 4);
  const trackEach = (from: number) =>
    Promise.all(tabs.map((tab, index) => tab.track(marksFrom(from + 4 * index, 4))));

  proxy.weather = "cut";
  await trackEach(0);
  const ms = await waitForCounts(tabs, 16);
  proxy.weather = "pass";
  const [first] = tabs;
  await first?.flush();
  for (const tab of tabs) await expectAgreement(stage, tab, 16);

  const before = proxy.crossings.length;
  await trackEach(16);
  await waitForCounts(tabs, 32);
  for (const tab of tabs) await expectAgreement(stage, tab, 32);
  const requests = proxy.crossings.slice(before);
  const ids = carriedBy(requests);
  expect(ids.length).toBe(16);
  expect(new Set(ids).size).toBe(16);
  expect(requests.length).toBeLessThan(tabs.length);
  await expectOnce(stage, 32);
  const shared = `every tab saw all 16 events ${ms.toFixed(0)} ms after the last was on disk`;
  say("four tabs", `${shared}; ${requests.length} requests for 16 events of 4 tabs; 32 at the edge, 0 twice`);
});

test("the leading tab crashes in the middle of a sync: another takes over, and nothing comes twice", async ({
  stage,
  browser,
}) => {
  const { proxy } = stage;
  const tabs = await openTabs(stage, browser, 2);
  const [leader, other] = await findLeader(tabs);

  // The edge gets what the leader has under way once the leader is gone and cannot hear the answer.
  const crashed = new Promise<void>((resolve) => leader.page.once("crash", () => resolve()));
  const before = proxy.crossings.length;
  proxy.weather = () => crashed.then(() => "pass");
  await leader.track(marksFrom(0, 5));
  void leader.flush().catch(() => {});
  await expect.poll(() => proxy.crossings.length, WAIT).toBe(before + 1);
  await leader.track(marksFrom(5, 5));
  await waitForCounts([other], 10);
  await watchLife(leader, other);
  await leader.crash();
  await expectAgreement(stage, other, 10);
  await other.track(marksFrom(10, 2));
  await expectAgreement(stage, other, 12);
  const takenOver = await readTakeOver(stage, other);
  await expectOnce(stage, 12);
  const takeOver = `the other sent ${takenOver.toFixed(0)} ms after the leader's last sign of life`;
  say("leading tab crashed", `${takeOver}; 12 tracked, 12 at the edge, 0 twice`);
});

test("the leading tab is closed while offline: another takes over, and sends once the network is back", async ({
  stage,
  browser,
}) => {
  const tabs = await openTabs(stage, browser, 2);
  const [leader, other] = await findLeader(tabs);
  await browser.context.setOffline(true);
  await leader.track(marksFrom(0, 3));
  const closed = leader.page.waitForEvent("close");
  await leader.page.close({ runBeforeUnload: true });
  // Whatever is said to all pages reaches none that is about to go.
  await closed;
  await other.track(marksFrom(3, 3));
  expect(await other.count()).toBe(6);
  await browser.context.setOffline(false);
  await expectAgreement(stage, other, 6);
  await expectOnce(stage, 6);
  say("leading tab closed offline", "6 tracked, 6 at the edge, 0 twice");
});
