import type { Bootstrap } from "@muster/rules/wire";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Client, createClient as create } from "../src/index.ts";
import { launchBrowser, type Site, serveSite, watchErrors } from "./browser.ts";
import { build } from "./build.ts";
import { DECISIONS } from "./decisions.ts";
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
declare let offset: number;

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
  edge = new ModelEdge({ ruleset: RULESET, decisions: DECISIONS, given: ["secret"], now: Date.now });
  Object.assign(server, { edge, isDown: false });
  context = await browser.newContext();
  errors = watchErrors(context);
});

afterEach(async () => {
  expect(errors).toEqual([]);
  await context.close();
});

async function openPage(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  return page;
}

/** Another tab with a client that has heard of the edge. */
async function open(): Promise<Page> {
  const page = await openPage();
  await page.evaluate(
    async (options) => {
      client = createClient(options);
      await client.flush();
    },
    { key: "mst_pub_x", endpoint: server.url, capture: false as const },
  );
  return page;
}

/** What the edge was told under a name. */
const told = (name: string) => edge.taken.filter((op) => op.type === "track" && op.name === name);

test("a bootstrap decides in the very task in which the client is made, under a strict policy", async () => {
  const bootstrap: Bootstrap = edge.bootstrap({ userId: "anna", anonymousId: "?" });
  server.isDown = true;
  const page = await openPage();
  const [first, later] = await page.evaluate(
    async ({ endpoint, json }) => {
      client = createClient({ key: "mst_pub_x", endpoint, bootstrap: JSON.parse(json), capture: false });
      const decide = () => [
        client.value("everyone", false),
        client.value("user", ""),
        client.prompt("home").campaign,
      ];
      const first = decide();
      await client.ready;
      return [first, decide()];
    },
    { endpoint: server.url, json: JSON.stringify(bootstrap) },
  );
  expect(first).toEqual([true, expect.stringMatching(/^[AB]$/), "welcome"]);
  expect(later).toEqual(first);
  expect(await page.evaluate(() => client.status.pending)).toBe(2);
});

test("of tabs that begin to show the same at once, one does, time and again", async () => {
  const tabs = await Promise.all(Array.from({ length: 4 }, () => open()));
  for (let iteration = 0; iteration < 5; iteration++) {
    // A campaign that nobody has seen.
    const welcome = DECISIONS.campaigns?.welcome;
    if (!welcome) throw new Error("no campaign");
    edge.define({ campaigns: { [`c${iteration}`]: welcome } });
    await tabs[0]?.evaluate(() => client.track("view").then(() => client.flush()));
    for (const tab of tabs)
      await expect.poll(() => tab.evaluate(() => client.prompt("home").campaign)).toBe(`c${iteration}`);
    const claims = await Promise.all(
      tabs.map((tab) => tab.evaluate(() => client.showPrompt(client.prompt("home")))),
    );
    expect(claims.filter((isMine) => isMine)).toHaveLength(1);
  }
  await tabs[0]?.evaluate(() => client.flush());
  expect(told("$prompt")).toHaveLength(5);
});

test("a page that nobody looks at begins nothing, and hears when somebody does", async () => {
  const page = await open();
  const said = await page.evaluate(async () => {
    const turn = (hidden: boolean) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    };
    const decision = client.prompt("home");
    turn(true);
    const whileHidden = client.prompt("home");
    const isShown = await client.showPrompt(decision);
    const heard = new Promise((resolve) => client.subscribe(() => resolve(client.prompt("home").campaign)));
    turn(false);
    return [decision.campaign, whileHidden.campaign, isShown, await heard];
  });
  expect(said).toEqual(["welcome", undefined, false, "welcome"]);
  expect(told("$prompt")).toEqual([]);
});

test("exposures of two tabs, offline and over a reload, become one each", async () => {
  const first = await open();
  const second = await open();
  server.isDown = true;
  const expose = (page: Page) => page.evaluate(() => [client.value("user", ""), client.value("device", "")]);
  const values = await Promise.all([expose(first), expose(second)]);
  await second.reload();
  await second.waitForSelector("html[data-ready]", { state: "attached" });
  await second.evaluate(
    (options) => {
      client = createClient(options);
      return client.ready;
    },
    { key: "mst_pub_x", endpoint: server.url, capture: false as const },
  );
  values.push(await expose(second));
  expect(new Set(values.map(String)).size).toBe(1);
  server.isDown = false;
  await first.evaluate(() => client.flush());
  await expect.poll(() => second.evaluate(() => client.status.pending)).toBe(0);
  values.push(await expose(first), await expose(second));
  await second.evaluate(() => client.flush());
  expect(new Set(values.map(String)).size).toBe(1);
  expect(told("$exposure")).toHaveLength(2);
  for (const page of [first, second])
    expect(await page.evaluate(() => client.status)).toMatchObject({ pending: 0, mismatches: 0, faults: 0 });
});

test("the browser's own page views begin a delay anew", async () => {
  edge.define({
    campaigns: {
      late: {
        kind: "banner",
        placement: "top",
        enabled: true,
        content: { title: "Late" },
        trigger: { on: "delay", after: { hours: 1 } },
      },
    },
  });
  const page = await openPage();
  const said = await page.evaluate(async (endpoint) => {
    offset = 0;
    client = createClient({ key: "mst_pub_x", endpoint, now: () => Date.now() + offset });
    await client.flush();
    const before = client.prompt("top").campaign;
    offset = 3_600_000;
    return [before, client.prompt("top").campaign];
  }, server.url);
  expect(said).toEqual([undefined, "late"]);
  await expect.poll(() => page.evaluate(() => client.flush()).then(() => told("$page").length)).toBe(1);
  await page.evaluate(() => history.pushState(null, "", "/next"));
  await expect.poll(() => page.evaluate(() => client.prompt("top").campaign)).toBeUndefined();
});
