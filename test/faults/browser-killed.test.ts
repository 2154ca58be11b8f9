import { afterEach, beforeEach, expect, test } from "vitest";
import { type PersistentBrowser, startBrowser } from "./harness/browser.ts";
import { marksFrom } from "./harness/mark.ts";
import { choices, SEED, say } from "./harness/say.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { Tab } from "./harness/tab.ts";

const ROUNDS = 20;
const MOST_MARKS = 3;

let stage: Stage;
let browser: PersistentBrowser | undefined;

beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await browser?.kill();
  await stage.close();
});

/** The next start of the browser. */
async function start(): Promise<Tab> {
  browser = await startBrowser(stage.disk);
  return Tab.open(browser.context, stage.url, browser.context.pages()[0]);
}

test("law 4: what track() has resolved outlives the browser's death and reaches the edge once", async () => {
  const random = choices();
  let tracked = 0;
  let processes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const tab = await start();
    expect(await tab.count()).toBe(tracked);
    // Some rounds begin with the edge at hand and may be killed in the middle of a sync.
    stage.proxy.weather = random.unit() < 0.5 ? "cut" : "pass";
    const marks = marksFrom(tracked, random.integer(1, MOST_MARKS));
    tracked += marks.length;
    await tab.track(marks);
    processes += (await browser?.kill()) ?? 0;
    browser = undefined;
  }

  stage.proxy.weather = "pass";
  const tab = await start();
  expect(await tab.count()).toBe(tracked);
  await tab.flush();
  expect(await tab.status()).toEqual({ pending: 0, parked: 0, faults: 0, mismatches: 0 });
  expect(await tab.memberships()).toEqual(await stage.askEdge({ anonymousId: await tab.anonymousId() }));
  const marks = await stage.countMarks();
  expect(marks).toEqual(new Map(marksFrom(0, tracked).map(({ n }) => [n, 1])));
  const line = `${ROUNDS} kills of ${processes} processes, ${tracked} tracked, ${marks.size} at the edge, 0 twice`;
  say("browser killed", `${line} (seed ${SEED})`);
});
