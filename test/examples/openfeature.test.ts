import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDelivery } from "../../examples/openfeature/serve.ts";
import type { Served } from "../../examples/shop/server/listen.ts";
import { type LocalEdge, startLocalEdge } from "../../examples/shop/server/local-edge.ts";
import { launchBrowser } from "../launch-browser.ts";
import { callAdmin } from "./call-admin.ts";

const WAIT = { timeout: 10_000 };
const USUAL = ["3 days", "no", "We ring once."];
const BETTER = ["1 day", "yes", "We wait until you are home."];

let folder: string;
let local: LocalEdge;
let delivery: Served;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-openfeature-"));
  [local, browser] = await Promise.all([startLocalEdge(folder), launchBrowser()]);
  delivery = await startDelivery(local);
});
afterAll(async () => {
  await browser?.close();
  await delivery?.stop();
  await local?.edge.stop();
  await rm(folder, { recursive: true, force: true });
});

const read = (page: Page, section: string) => page.locator(`#${section} dd`).allTextContents();

async function expectBoth(page: Page, answers: readonly string[]): Promise<void> {
  await expect.poll(() => read(page, "page"), WAIT).toEqual(answers);
  await expect.poll(() => read(page, "backend"), WAIT).toEqual(answers);
}

test("page and backend say the same of each plan, and follow a change of a flag", async () => {
  const page = await (await browser.newContext()).newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(delivery.url);
  await expectBoth(page, USUAL);
  expect(await page.textContent("#status")).toBe("Provider: ready");

  await page.selectOption("#plan", "plus");
  await expectBoth(page, BETTER);
  await page.selectOption("#plan", "basic");
  await expectBoth(page, USUAL);

  const path = "/v1/flags/delivery-days";
  const { definition } = await callAdmin<{ definition: object }>(local, "GET", path);
  await callAdmin(local, "PUT", path, { ...definition, variations: { usual: 2, better: 1 } });
  await expect.poll(() => read(page, "page"), WAIT).toEqual(["2 days", ...USUAL.slice(1)]);
  const answer = async () => (await fetch(`${delivery.url}/delivery?user=ann`)).json();
  await expect.poll(answer, WAIT).toEqual({ evening: false, days: 2, note: "We ring once." });
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("without OpenFeature's SDK, OFREP says the same", async () => {
  const response = await fetch(`${local.edge.url}/ofrep/v1/evaluate/flags/evening-delivery`, {
    method: "POST",
    headers: { authorization: `Bearer ${local.keys.secret.key}`, "content-type": "application/json" },
    body: JSON.stringify({ context: { targetingKey: "bob", plan: "plus" } }),
  });
  expect(await response.json()).toMatchObject({ value: true, variant: "better", reason: "TARGETING_MATCH" });
});
