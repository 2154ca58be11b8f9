import { expect, onTestFinished } from "vitest";
import { expectAgreement, expectOnce } from "../harness/agreement.ts";
import { startBrowser } from "../harness/browser.ts";
import { marksFrom } from "../harness/mark.ts";
import { choices, SEED, say } from "../harness/say.ts";
import { Tab } from "../harness/tab.ts";
import { test } from "../harness/test.ts";

const ROUNDS = 20;
const MOST_MARKS = 3;

test("law 4: what track() has resolved outlives the browser's death and reaches the edge once", async ({
  stage,
}) => {
  const random = choices();
  let tracked = 0;
  let processes = 0;
  const start = async () => {
    const browser = await startBrowser(stage.disk);
    onTestFinished(async () => void (await browser.kill()));
    const tab = await Tab.open(browser.context, stage.url, browser.context.pages()[0]);
    expect(await tab.count()).toBe(tracked);
    return { browser, tab };
  };

  for (let round = 0; round < ROUNDS; round++) {
    const { browser, tab } = await start();
    // Some rounds begin with the edge at hand and may be killed in the middle of a sync.
    stage.proxy.weather = random.unit() < 0.5 ? "cut" : "pass";
    const marks = marksFrom(tracked, random.integer(1, MOST_MARKS));
    const kill = browser.aim();
    await tab.track(marks);
    processes += await kill();
    tracked += marks.length;
  }

  stage.proxy.weather = "pass";
  const { tab } = await start();
  await expectAgreement(stage, tab, tracked);
  await expectOnce(stage, tracked);
  const line = `${ROUNDS} kills of ${processes} processes, ${tracked} tracked, ${tracked} at the edge, 0 twice`;
  say("browser killed", `${line} (seed ${SEED})`);
});
