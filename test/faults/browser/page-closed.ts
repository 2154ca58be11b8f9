import { expect } from "vitest";
import { expectAgreement, expectOnce } from "../harness/agreement.ts";
import { marksFrom } from "../harness/mark.ts";
import { carriedBy } from "../harness/proxy.ts";
import { say } from "../harness/say.ts";
import { Tab } from "../harness/tab.ts";
import { test } from "../harness/test.ts";
import { WAIT } from "../harness/wait.ts";

const MARKS = 60;
/** Makes 500 kB of them together. */
const FILLER = "x".repeat(8_300);
/** The most that a browser lets a page that is gone still send. */
const KEEPALIVE_BYTES = 65_536;

test("a page closed with 500 kB pending sends what it may, the next visit the rest, each once", async ({
  stage,
  browser: { context },
}) => {
  const { proxy } = stage;
  const tab = await Tab.open(context, stage.url);
  await tab.flush();
  proxy.weather = "cut";
  await tab.track(marksFrom(0, MARKS, FILLER));
  expect((await tab.status()).pending).toBe(MARKS);

  const before = proxy.crossings.length;
  proxy.weather = "pass";
  const other = await context.newPage();
  await tab.page.close({ runBeforeUnload: true });
  const farewell = () => proxy.crossings.slice(before);
  await expect.poll(() => carriedBy(farewell()).length, WAIT).toBeGreaterThan(0);
  await expect.poll(() => farewell().every(({ status }) => status === 200), WAIT).toBe(true);
  for (const { body } of farewell()) expect(Buffer.byteLength(body)).toBeLessThan(KEEPALIVE_BYTES);
  const early = new Set(carriedBy(farewell())).size;
  expect(early).toBeLessThan(MARKS);

  const next = await Tab.open(context, stage.url, other);
  expect(await next.count()).toBe(MARKS);
  await next.flush();
  await expectAgreement(stage, next, MARKS);
  await expectOnce(stage, MARKS);
  say(
    "page closed",
    `${MARKS} operations of 500 kB, ${early} left with the page, the rest at the next visit, 0 twice`,
  );
});
