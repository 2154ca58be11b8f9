import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startJournal } from "../../examples/react/serve.ts";
import type { Served } from "../../examples/shop/server/listen.ts";
import { type LocalEdge, startLocalEdge } from "../../examples/shop/server/local-edge.ts";
import { launchBrowser } from "../launch-browser.ts";
import { callAdmin } from "./call-admin.ts";

const WAIT = { timeout: 10_000 };

let folder: string;
let local: LocalEdge;
let journal: Served;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-react-"));
  [local, browser] = await Promise.all([startLocalEdge(folder), launchBrowser()]);
  journal = await startJournal(local);
});
afterAll(async () => {
  await browser?.close();
  await journal?.stop();
  await local?.edge.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A visitor's page, and what it complained of. */
async function open(user: string): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${journal.url}/?user=${encodeURIComponent(user)}`);
  return { page, complaints };
}

async function setLayout(otherwise: "list" | "cards"): Promise<void> {
  const { definition } = await callAdmin<{ definition: object }>(local, "GET", "/v1/flags/journal-layout");
  await callAdmin(local, "PUT", "/v1/flags/journal-layout", { ...definition, otherwise });
}

const fetchPage = async (user: string) =>
  (await fetch(`${journal.url}/?user=${encodeURIComponent(user)}`)).text();

test("the server renders what the flag says, and the page takes it over without a word and follows each change", async () => {
  await setLayout("cards");
  expect(await fetchPage("flora")).toContain('<ul class="stories cards">');

  const { page, complaints } = await open("flora");
  await page.click(".story button >> nth=0");
  await page.waitForSelector("text=2,700 kelvin");
  expect(await page.getAttribute(".stories", "class")).toBe("stories cards");
  // Pushed, not fetched: the page asks for definitions by itself no sooner than in a minute.
  await setLayout("list");
  await expect.poll(() => page.getAttribute(".stories", "class"), WAIT).toBe("stories list");
  expect(await page.textContent(".note")).toContain("“list” (DEFAULT)");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("who reads two stories is a reader, is asked once, and is known to the server at the next visit", async () => {
  const { page, complaints } = await open("rosa");
  await page.click(".story button >> nth=0");
  expect(await page.isVisible(".letter")).toBe(false);
  await page.click(".story button >> nth=0");
  await page.waitForSelector(".letter >> text=A letter on Sundays?");
  await page.waitForSelector(".badge");
  await page.click("text=Yes, please");
  await page.waitForSelector(".letter", { state: "detached" });
  await expect.poll(() => fetchPage("rosa"), WAIT).toContain('<span class="badge">Reader</span>');

  await page.reload();
  await page.click(".story button >> nth=2");
  await page.waitForSelector(".story p");
  expect(await page.isVisible(".badge")).toBe(true);
  expect(await page.isVisible(".letter")).toBe(false);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a name is text, wherever it stands", async () => {
  const name = `"><script>alert(1)</script>$&`;
  const { page, complaints } = await open(name);
  await page.click(".story button >> nth=0");
  await page.waitForSelector(".story p");
  expect(await page.textContent(".user")).toContain(name);
  expect(complaints).toEqual([]);
  await page.context().close();
});
