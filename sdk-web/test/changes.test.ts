import type { CreatedKey } from "@muster/rules/wire";
import type { Browser, BrowserContext, Page, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Edge, startEdge } from "../../edge/dev/start-edge.ts";
import type { Client, ClientProblem } from "../src/index.ts";
import { launchBrowser, type Site, serveSite, watchErrors } from "./browser.ts";
import { build } from "./build.ts";
import { PAGE } from "./edge-page.ts";

/** What `page.js` leaves in the page. */
declare const client: Client;
declare const problems: ClientProblem[];

let edge: Edge;
let browser: Browser;
let site: Site;
let key: CreatedKey;
let context: BrowserContext;
let errors: string[];
/** The syncs and the streams that pages have asked for so far. */
let syncs: number;
let streams: number;

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${edge.adminKey}`, "content-type": "application/json" };
  const answer = await fetch(edge.url + path, { method, headers, body: JSON.stringify(body) ?? null });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text || "null");
}

const viewed = (times: number, status = "active") => ({
  key: "viewer",
  name: "Views",
  status,
  rule: { event: "view", op: "gte", value: times },
});

async function open(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.evaluate(() => client.flush());
  return page;
}

/** Opens a page, and waits for it to listen. */
async function listen(): Promise<Page> {
  const before = streams;
  const page = await open();
  await expect.poll(() => streams).toBe(before + 1);
  return page;
}

const isViewer = (page: Page) => page.evaluate(() => client.isMember("viewer"));

beforeAll(async () => {
  edge = await startEdge({});
  await ask("POST", "/v1/segments", viewed(1));
  const chunks = await build();
  const scripts = new Map([...chunks].map(([name, { code }]) => [name, code]));
  site = await serveSite(new Map([...scripts, ["page.js", PAGE]]), edge.url);
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  site?.close();
  await edge?.stop();
});

beforeEach(async () => {
  await ask("PATCH", "/v1/segments/viewer", { rule: viewed(1).rule });
  key = await ask<CreatedKey>("POST", "/v1/keys", { kind: "publishable", name: "web" });
  context = await browser.newContext();
  errors = watchErrors(context);
  const options = JSON.stringify([key.key, edge.url]);
  await context.addInitScript((options) => {
    if (self.origin !== "null") localStorage.options = options;
  }, options);
  syncs = 0;
  streams = 0;
  context.on("request", (request) => {
    if (request.method() === "POST") syncs++;
  });
  context.on("response", (response) => {
    if (response.url().includes("/v1/changes") && response.status() === 200) streams++;
  });
});

afterEach(async () => {
  expect(errors).toEqual([]);
  await context.close();
});

test("a change that the page can decide by itself arrives in all tabs without a sync", async () => {
  const page = await listen();
  const other = await open();
  await page.evaluate(() => client.track("view"));
  await page.evaluate(() => client.flush());
  await expect.poll(() => isViewer(page)).toBe(true);
  await expect.poll(() => isViewer(other)).toBe(true);
  const before = syncs;
  // A count of up to one event is kept, so that a rule of none needs no more of the past.
  await ask("PATCH", "/v1/segments/viewer", { rule: { not: viewed(1).rule } });
  await expect.poll(() => isViewer(page)).toBe(false);
  await expect.poll(() => isViewer(other)).toBe(false);
  expect([syncs, streams]).toEqual([before, 1]);
  await other.reload();
  await other.waitForSelector("html[data-ready]", { state: "attached" });
  await other.evaluate(() => client.ready);
  expect(await isViewer(other)).toBe(false);
});

test("a change that asks for more of the past is synced at once, and then agrees", async () => {
  const page = await listen();
  await page.evaluate(() => client.track("buy"));
  await page.evaluate(() => client.flush());
  await ask("PATCH", "/v1/segments/viewer", { rule: { event: "buy", op: "gte", value: 1 } });
  await expect.poll(() => isViewer(page), { timeout: 10_000 }).toBe(true);
  expect(await page.evaluate(() => client.status.mismatches)).toBe(0);
});

test("a page that nobody looks at does not listen, and finds out when it is looked at", async () => {
  const page = await listen();
  const hide = (isHidden: boolean) =>
    page.evaluate((isHidden) => {
      Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  await hide(true);
  await ask("PATCH", "/v1/segments/viewer", { rule: { not: viewed(1).rule } });
  expect(await isViewer(page)).toBe(false);
  await hide(false);
  await expect.poll(() => isViewer(page), { timeout: 10_000 }).toBe(true);
  expect(streams).toBe(2);
});

test("without consent, and with a key that is refused, nobody listens", async () => {
  const page = await listen();
  const isChanges = (request: Request) => request.url().includes("/v1/changes");
  const ended = context.waitForEvent("requestfailed", isChanges);
  await page.evaluate(() => client.setConsent("denied"));
  await ended;
  await ask("DELETE", `/v1/keys/${key.id}`);
  const asked: string[] = [];
  context.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const refused = await open();
  await refused.waitForFunction(() => problems.some(({ code }) => code === "unauthorized"));
  expect(asked).toContain("/v1/sync");
  expect(asked).not.toContain("/v1/changes");
});
