import type { Bootstrap } from "@muster/rules/wire";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Client, ClientOptions, createClient as create } from "../src/index.ts";
import { launchBrowser, type Site, serveSite, watchErrors } from "./browser.ts";
import { build } from "./build.ts";
import { ModelEdge } from "./model-edge.ts";
import { type ModelServer, serveModel } from "./model-server.ts";
import { RULESET } from "./rig.ts";

const PAGE = `
  import { createClient } from "/index.js";
  globalThis.createClient = createClient;
  document.documentElement.dataset.ready = "";
`;

declare const createClient: typeof create;
declare let client: Client;

let browser: Browser;
let site: Site;
let server: ModelServer;
let edge: ModelEdge;
let context: BrowserContext;
let errors: string[];

beforeAll(async () => {
  const scripts = [...(await build())].map(([name, { code }]): [string, string] => [name, code]);
  server = await serveModel();
  site = await serveSite(new Map([...scripts, ["page.js", PAGE]]), server.url);
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  site?.close();
  server?.close();
});

beforeEach(async () => {
  edge = new ModelEdge({ ruleset: RULESET, given: ["secret"], now: Date.now });
  Object.assign(server, { edge, isDown: false, sizes: [] });
  context = await browser.newContext();
  errors = watchErrors(context);
});

afterEach(async () => {
  expect(errors).toEqual([]);
  await context.close();
});

/** Another tab with a client. */
async function open(options: Pick<ClientOptions, "consent"> = {}): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.evaluate(
    (options) => {
      client = createClient(options);
    },
    { key: "mst_pub_x", endpoint: server.url, capture: false as const, ...options },
  );
  await page.evaluate(() => client.ready);
  return page;
}

const sourceOf = (page: Page, segment: string) =>
  page.evaluate((segment) => {
    const { member, source } = client.membership(segment);
    return `${member} ${source}`;
  }, segment);

test("tabs see each other's events, and one request carries those of all", async () => {
  const tabs = [await open(), await open(), await open(), await open()];
  const [first, second] = tabs;
  await first?.evaluate(() => client.flush());
  edge.requests = [];
  await Promise.all(tabs.map((tab) => tab.evaluate(() => client.track("view"))));
  for (const tab of tabs) await expect.poll(() => tab.evaluate(() => client.isMember("viewer"))).toBe(true);
  await second?.evaluate(() => client.flush());
  for (const tab of tabs) await expect.poll(() => sourceOf(tab, "secret")).toBe("true edge");
  expect(edge.taken).toHaveLength(4);
  expect(edge.requests.filter(({ ops }) => ops.length > 0).length).toBeLessThanOrEqual(2);
  expect(new Set(edge.requests.map(({ anonymousId }) => anonymousId)).size).toBe(1);
});

test("the work of a tab that is closed or crashes is taken over", async () => {
  const first = await open();
  await first.evaluate(() => client.flush());
  const second = await open();
  server.isDown = true;
  await first.evaluate(() => client.track("view"));
  await first.close();
  server.isDown = false;
  await expect.poll(() => edge.taken.length).toBe(1);
  await expect.poll(() => second.evaluate(() => client.status.pending)).toBe(0);

  const third = await open();
  await second.evaluate(() => client.track("buy"));
  const crash = second.goto("chrome://crash").catch(() => {});
  await expect.poll(() => edge.taken.length).toBe(2);
  await expect.poll(() => sourceOf(third, "newcomer")).toBe("false edge");
  await crash;
});

test("while consent is pending no database is made and nothing is sent; denied, none is left", async () => {
  const page = await open({ consent: "pending" });
  const databases = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  await page.evaluate(async () => {
    await client.track("view");
    await client.flush();
  });
  expect(await databases()).toEqual([]);
  expect(server.sizes).toEqual([]);
  await page.evaluate(async () => {
    await client.setConsent("granted");
    await client.flush();
  });
  expect(await databases()).toEqual(["muster:mst_pub_x"]);
  expect(edge.taken).toHaveLength(1);
  await page.evaluate(() => client.setConsent("denied"));
  expect(await databases()).toEqual([]);
});

test("with the network blocked, a bootstrap makes the first answers right", async () => {
  edge.sync({
    anonymousId: "server",
    userId: "anna",
    ops: [
      { type: "set", id: "1", ts: Date.now(), userId: "anna", set: { plan: "pro" } },
      { type: "track", id: "2", ts: Date.now(), userId: "anna", name: "view" },
    ],
  });
  server.isDown = true;
  const bootstrap: Bootstrap = edge.bootstrap({ userId: "anna", anonymousId: "?" });
  const page = await open();
  const answers = await page.evaluate(
    async ({ endpoint, json }) => {
      const bootstrap: Bootstrap = JSON.parse(json);
      const other = createClient({ key: "mst_pub_y", endpoint, bootstrap, capture: false });
      const first = other.membership("pro");
      await other.ready;
      await other.track("view");
      return [first.member, first.source, other.isMember("pro"), other.isMember("viewer")];
    },
    { endpoint: server.url, json: JSON.stringify(bootstrap) },
  );
  expect(answers).toEqual([true, "bootstrap", true, true]);
});

test("a database that is deleted while the page is open is made anew, and nothing is lost", async () => {
  const page = await open();
  await page.evaluate(async () => {
    await client.flush();
    await new Promise((resolve) => {
      indexedDB.deleteDatabase("muster:mst_pub_x").onsuccess = resolve;
    });
    await client.track("view");
    await client.track("view");
    await client.flush();
  });
  expect(await sourceOf(page, "viewer")).toBe("true edge");
  expect(await page.evaluate(() => client.status)).toMatchObject({ pending: 0, faults: 0 });
  const { anonymousId } = edge.requests.at(-1) ?? {};
  await page.close();
  const next = await open();
  await next.evaluate(() => client.flush());
  expect(await next.evaluate(() => client.inspect()?.user.anonymousId ?? "")).toBe(anonymousId);
});

test("a page that goes away sends what fits into one request, and keeps the rest", async () => {
  const page = await open();
  await page.evaluate(() => client.flush());
  server.sizes = [];
  await page.evaluate(async () => {
    const text = "x".repeat(1_000);
    await Promise.all(Array.from({ length: 500 }, () => client.track("view", { text })));
  });
  await page.goto("about:blank");
  await expect.poll(() => edge.taken.length).toBeGreaterThan(0);
  expect(Math.max(...server.sizes)).toBeLessThan(65_536);
  const next = await open();
  await next.evaluate(() => client.flush());
  expect(edge.taken).toHaveLength(500);
  expect(await next.evaluate(() => client.status)).toMatchObject({ pending: 0, mismatches: 0 });
});
