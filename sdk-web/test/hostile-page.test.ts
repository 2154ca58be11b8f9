import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { createClient as create } from "../src/index.ts";
import { launchBrowser, type Site, serveSite } from "./browser.ts";
import { build } from "./build.ts";

const PAGE = `
  import { createClient } from "/index.js";
  globalThis.createClient = createClient;
  document.documentElement.dataset.ready = "";
`;

declare const createClient: typeof create;

let browser: Browser;
let site: Site;

beforeAll(async () => {
  const scripts = [...(await build())].map(([name, { code }]): [string, string] => [name, code]);
  site = await serveSite(new Map([...scripts, ["page.js", PAGE]]));
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** A page of its own, in which `script` runs before anything else. */
async function open(script = ""): Promise<Page> {
  const context = await browser.newContext();
  await context.addInitScript(script);
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  return page;
}

test.each([
  [
    "may not even be named",
    "Object.defineProperty(self, 'indexedDB', { get() { throw new Error('denied') } })",
  ],
  ["is not there", "Object.defineProperty(self, 'indexedDB', { value: undefined })"],
  ["may not be opened", "IDBFactory.prototype.open = () => { throw new Error('denied') }"],
])("where IndexedDB %s, memory takes over and says so", async (_, script) => {
  const page = await open(script);
  const status = await page.evaluate(async () => {
    const client = createClient({ key: "mst_pub_x", endpoint: "/nowhere", capture: false });
    await client.ready;
    await client.track("view");
    await client.close();
    return client.status;
  });
  expect(status).toMatchObject({ pending: 1, faults: 1 });
});

test("data that no edge would read keeps nothing else from the disk", async () => {
  const page = await open();
  const status = await page.evaluate(async () => {
    const make = () => createClient({ key: "mst_pub_x", endpoint: "/nowhere", capture: false });
    const client = make();
    await client.track("view", { deep: JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`) });
    await client.track("view");
    await client.close();
    const next = make();
    await next.ready;
    return [client.status, next.status];
  });
  expect(status).toMatchObject([
    { pending: 1, faults: 0 },
    { pending: 1, faults: 0 },
  ]);
});
