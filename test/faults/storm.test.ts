import { expect, onTestFinished } from "vitest";
import { expectAgreement, expectOnce } from "./harness/agreement.ts";
import { type PersistentBrowser, startBrowser } from "./harness/browser.ts";
import { marksFrom } from "./harness/mark.ts";
import type { Fate } from "./harness/proxy.ts";
import { choices, SEED, say } from "./harness/say.ts";
import { Tab } from "./harness/tab.ts";
import { test } from "./harness/test.ts";

const STEPS = 30;
const MOST_TABS = 3;
const MOST_MARKS = 2;
const USER = "anna";

const WAIT = { timeout: 15_000, interval: 20 };
const FATES: readonly Fate[] = ["pass", "pass", "cut", "lose-answer", "unavailable"];

test("a storm of faults, tabs and log-ins: each open tab shows all at any time, and all is once at the edge", async ({
  stage,
}) => {
  const random = choices();
  const done: string[] = [];
  let browser: PersistentBrowser;
  let tabs: Tab[] = [];
  let tracked = 0;

  const open = async () => void tabs.push(await Tab.open(browser.context, stage.url));
  const restart = async () => {
    browser = await startBrowser(stage.disk);
    onTestFinished(async () => void (await browser.kill()));
    tabs = [];
    await open();
  };
  const drop = async (tab: Tab) => {
    tabs = tabs.filter((each) => each !== tab);
    if (tabs.length === 0) await open();
  };

  const steps: Record<string, (tab: Tab) => Promise<void>> = {
    async track(tab) {
      const marks = marksFrom(tracked, random.integer(1, MOST_MARKS));
      await tab.track(marks);
      tracked += marks.length;
    },
    async weather() {
      const fate = random.pick(FATES);
      // What befalls one request need not befall the next.
      stage.proxy.weather = fate === "cut" ? fate : () => (random.unit() < 0.7 ? fate : "pass");
    },
    async open() {
      if (tabs.length < MOST_TABS) await open();
    },
    reload: (tab) => tab.reload(),
    async close(tab) {
      await tab.page.close({ runBeforeUnload: true });
      await drop(tab);
    },
    async crash(tab) {
      await tab.crash();
      await drop(tab);
    },
    async kill() {
      await browser.kill();
      await restart();
    },
    identify: (tab) => tab.identify(USER),
  };
  const weighed = ["track", "track", "track", "track", "track", "weather", "weather", ...Object.keys(steps)];

  await restart();
  for (let step = 0; step < STEPS; step++) {
    const name = random.pick(weighed);
    done.push(name);
    await steps[name]?.(random.pick(tabs));
    const counts = () =>
      Promise.all(tabs.map(async (tab) => ((await tab.isReady()) ? await tab.count() : tracked)));
    await expect.poll(counts, { ...WAIT, message: done.join(" ") }).toEqual(tabs.map(() => tracked));
  }

  stage.proxy.weather = "pass";
  await tabs[0]?.flush();
  for (const tab of tabs) await expectAgreement(stage, tab, tracked);
  await expectOnce(stage, tracked);
  const number = (name: string) => done.filter((each) => each === name).length;
  const faults = `${number("kill")} kills, ${number("crash")} crashes, ${number("close")} tabs closed, ${number("reload")} reloads`;
  say(
    "storm",
    `${STEPS} steps, ${faults}; ${tracked} tracked, ${tracked} at the edge, 0 twice (seed ${SEED})`,
  );
});
