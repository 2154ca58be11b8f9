import { expect, onTestFinished } from "vitest";
import { expectAgreement } from "../harness/agreement.ts";
import { choices, SEED, say } from "../harness/say.ts";
import { test } from "../harness/test.ts";
import { WAIT } from "../harness/wait.ts";
import { Crowd } from "./crowd.ts";

/** How often each thing happens; in which order is a matter of choice. */
const TIMES: readonly [name: string, times: number][] = [
  ["track", 12],
  ["weather", 5],
  ["open", 4],
  ["reload", 3],
  ["close", 2],
  ["crash", 2],
  ["kill", 2],
  ["identify", 1],
];

test("a storm of faults, tabs and log-ins: each open tab shows all at any time, and all is once at the edge", async ({
  stage,
}) => {
  const random = choices();
  const crowd = new Crowd(stage, random);
  onTestFinished(() => crowd.end());
  const names = random.shuffle(TIMES.flatMap(([name, times]) => Array<string>(times).fill(name)));
  const done: string[] = [];

  await crowd.start();
  for (const name of names) {
    done.push(name);
    await crowd.steps[name]?.(random.pick(crowd.tabs));
    const least = crowd.sure.length;
    const lacking = async () => {
      const counts = crowd.tabs.map(async (tab) => ((await tab.isReady()) ? await tab.count() : least));
      return (await Promise.all(counts)).filter((count) => count < least);
    };
    await expect.poll(lacking, { ...WAIT, message: done.join(" ") }).toEqual([]);
  }

  stage.proxy.weather = "pass";
  const [first] = crowd.tabs;
  await first?.flush();
  const count = (await first?.count()) ?? 0;
  for (const tab of crowd.tabs) await expectAgreement(stage, tab, count);
  expect(await stage.readMismatches()).toEqual([]);
  const marks = await stage.countMarks();
  expect([...marks].filter(([, copies]) => copies !== 1)).toEqual([]);
  expect(crowd.sure.filter(({ n }) => !marks.has(n))).toEqual([]);
  expect(marks.size).toBe(count);

  say(
    "storm",
    `${TIMES.map(([name, times]) => `${times} ${name}`).join(", ")}; ${crowd.sure.length} on disk for sure, ` +
      `${crowd.unsure.length} perhaps, ${marks.size} at the edge, 0 twice (seed ${SEED})`,
  );
});
