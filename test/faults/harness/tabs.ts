import { expect } from "vitest";
import type { PersistentBrowser } from "./browser.ts";
import type { Stage } from "./stage.ts";
import { Tab } from "./tab.ts";
import { WAIT } from "./wait.ts";

/** Opens tabs at the same time, on a disk that knows nobody yet: they become one user. */
export async function openTabs(stage: Stage, { context }: PersistentBrowser, number: number): Promise<Tab[]> {
  const tabs = await Promise.all(Array.from({ length: number }, () => Tab.open(context, stage.url)));
  for (const tab of tabs) await tab.flush();
  const users = () => Promise.all(tabs.map((tab) => tab.who()));
  const [user] = await users();
  await expect.poll(users, WAIT).toEqual(tabs.map(() => user));
  return tabs;
}

/** Waits until that many marks count in each of the tabs; gives how many ms that took. */
export async function waitForCounts(tabs: readonly Tab[], marks: number): Promise<number> {
  const begun = performance.now();
  const expected = tabs.map(() => marks);
  await expect.poll(() => Promise.all(tabs.map((tab) => tab.count())), WAIT).toEqual(expected);
  return performance.now() - begun;
}

/** Of two tabs first the one that holds the Web Lock, whatever its name. */
export async function findLeader(tabs: readonly Tab[]): Promise<[leader: Tab, other: Tab]> {
  for (const tab of tabs) {
    const leads = await tab.page.evaluate(() =>
      navigator.locks.request("whose", async (own) => {
        const { held = [] } = await navigator.locks.query();
        const { clientId } = held.find(({ name }) => name === own?.name) ?? {};
        return held.some((lock) => lock.name !== own?.name && lock.clientId === clientId);
      }),
    );
    const [other] = tabs.filter((each) => each !== tab);
    if (leads && other) return [tab, other];
  }
  throw new Error("no tab leads");
}
