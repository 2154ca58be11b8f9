import type { CreatedKey, EvaluateResponse } from "@muster/rules/wire";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Edge, startEdge } from "../../edge/dev/start-edge.ts";
import type { explain as explainClient } from "../src/explain.ts";
import type { Client, ClientProblem, MembershipChange } from "../src/index.ts";
import { launchBrowser, type Site, serveSite, watchErrors } from "./browser.ts";
import { build } from "./build.ts";
import { PAGE, SEGMENTS } from "./edge-page.ts";

/** What `page.js` leaves in the page. */
declare const explain: typeof explainClient;
declare let client: Client;
declare let heard: MembershipChange[];
declare let problems: ClientProblem[];
declare let offset: number;

let edge: Edge;
let browser: Browser;
let site: Site;
let publishable: string;
let secret: string;
let context: BrowserContext;
let page: Page;
let errors: string[];
/** The operations that the page has posted so far. */
let sent: { type: string; name?: string; props?: object; set?: object }[];

async function ask<T>(key: string, path: string, body: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const answer = await fetch(edge.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const json: T = await answer.json();
  return json;
}

/** What the edge says, by segment. */
async function askEdge(who: {
  userId?: string;
  anonymousId?: string;
}): Promise<{ [segment: string]: boolean }> {
  const { memberships } = await ask<EvaluateResponse>(secret, "/v1/evaluate", who);
  return Object.fromEntries(Object.entries(memberships).map(([key, { member }]) => [key, member]));
}

async function open(): Promise<void> {
  await page.goto(`${site.url}/shop?x=1`);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.evaluate(() => client.ready);
}

const memberships = () =>
  page.evaluate(() =>
    Object.fromEntries([...client.memberships()].map(([key, { member }]) => [key, member])),
  );

beforeAll(async () => {
  edge = await startEdge({});
  for (const segment of SEGMENTS) await ask(edge.adminKey, "/v1/segments", { status: "active", ...segment });
  const keyOf = async (kind: string) =>
    (await ask<CreatedKey>(edge.adminKey, "/v1/keys", { kind, name: kind })).key;
  publishable = await keyOf("publishable");
  secret = await keyOf("secret");
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
  await edge.setClock(0);
  context = await browser.newContext();
  errors = watchErrors(context);
  const options = JSON.stringify([publishable, edge.url]);
  await context.addInitScript((options) => {
    if (self.origin !== "null") localStorage.options = options;
  }, options);
  page = await context.newPage();
  sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(...JSON.parse(request.postData() ?? "{}").ops);
  });
  await open();
  await page.evaluate(() => client.flush());
});

afterEach(async () => {
  expect(errors).toEqual([]);
  await context.close();
});

/** Nothing reaches the edge from here on. */
const cutNetwork = () => context.route(`${edge.url}/**`, (route) => route.abort());

test("with the network blocked, what the visitor does decides at once; a reload says the same", async () => {
  await cutNetwork();
  const decided = await page.evaluate(async () => {
    const before = client.isMember("viewer");
    for (let n = 0; n < 2; n++) void client.track("view", { product: n });
    const between = client.isMember("viewer");
    const stored = client.track("view");
    const after = client.isMember("viewer");
    await stored;
    return [before, between, after];
  });
  expect(decided).toEqual([false, false, true]);
  expect(await page.evaluate(() => heard.at(-1))).toEqual({ entered: ["viewer"], left: [] });
  const said = await memberships();
  expect(said).toMatchObject({ viewer: true, today: true, desktop: true, "cart-abandoner": false });

  await open();
  expect(await memberships()).toEqual(said);
  expect(await page.evaluate(() => client.status.pending)).toBeGreaterThanOrEqual(3);
});

test("time alone flips a membership, by a moved clock or by the timer, without event or request", async () => {
  await page.evaluate(() => client.track("add"));
  await page.evaluate(() => client.flush());
  let requests = 0;
  page.on("request", (request) => {
    if (request.url().startsWith(edge.url)) requests++;
  });
  expect(await page.evaluate(() => client.isMember("cart-abandoner"))).toBe(false);
  const ahead = await page.evaluate(
    () => (client.membership("cart-abandoner").until ?? 0) - Date.now() - 1_000,
  );
  await edge.setClock(ahead);
  const flipped = await page.evaluate(async (ahead) => {
    const entered = new Promise<string[]>((resolve) => {
      client.subscribe((change) => resolve(change.entered));
    });
    // One second before: the timer that is set on waking does the rest.
    offset = ahead;
    window.dispatchEvent(new Event("focus"));
    const early = client.isMember("cart-abandoner");
    return [early, await entered, client.isMember("cart-abandoner")];
  }, ahead);
  expect(flipped).toEqual([false, ["cart-abandoner"], true]);
  expect(requests).toBeLessThanOrEqual(1);
});

test("after a sync the edge says the same of each segment", async () => {
  await page.evaluate(async () => {
    for (let n = 0; n < 5; n++) await client.track("view");
    await client.track("add");
    await client.setTraits({ email: "someone@gmail.com" });
    await client.flush();
  });
  const anonymousId = await page.evaluate(() => client.inspect()?.user.anonymousId ?? "");
  const local = await memberships();
  expect(local).toEqual(await askEdge({ anonymousId }));
  expect(local).toMatchObject({ viewer: true, gmail: true, vip: false });
  expect(await page.evaluate(() => client.status)).toEqual({
    pending: 0,
    parked: 0,
    faults: 0,
    dropped: 0,
    mismatches: 0,
  });
});

test("a sync that was cut off is made up for later, and nothing counts twice", async () => {
  let cut = 0;
  await context.route(`${edge.url}/**`, async (route) => {
    if (route.request().method() !== "POST" || cut++ > 0) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.evaluate(async () => {
    for (let n = 0; n < 3; n++) await client.track("view");
    await client.flush();
  });
  expect(await page.evaluate(() => client.status.pending)).toBeGreaterThan(0);
  await page.evaluate(() => client.flush());
  expect(await page.evaluate(() => client.status)).toMatchObject({ pending: 0, mismatches: 0 });
  const anonymousId = await page.evaluate(() => client.inspect()?.user.anonymousId ?? "");
  expect((await askEdge({ anonymousId })).viewer).toBe(true);
});

test("anonymous events follow the user who identifies, and the next user inherits nothing", async () => {
  await page.evaluate(async () => {
    for (let n = 0; n < 3; n++) await client.track("view");
    await client.flush();
    await client.identify("anna", { plan: "pro" });
    await client.flush();
  });
  expect(await memberships()).toMatchObject({ viewer: true, vip: true });
  expect(await memberships()).toEqual(await askEdge({ userId: "anna" }));

  await page.evaluate(async () => {
    await client.identify("bert");
    await client.flush();
  });
  expect(await memberships()).toMatchObject({ viewer: false, vip: false, desktop: true });
  expect(await memberships()).toEqual(await askEdge({ userId: "bert" }));
});

test("reset leaves nothing of the user behind, on disk or in memory", async () => {
  const old = await page.evaluate(async () => {
    const anonymousId = client.inspect()?.user.anonymousId;
    await client.identify("anna-maria", { plan: "pro" });
    await client.track("view", { note: "private-note" });
    await client.flush();
    await client.reset();
    await client.flush();
    return anonymousId;
  });
  expect(await page.evaluate(() => client.inspect()?.user.id)).toBeNull();
  const disk = await page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
    });
    const records = database.transaction("records").objectStore("records");
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => {
        request.onsuccess = () => resolve(request.result);
      });
    return JSON.stringify([await read(records.getAllKeys()), await read(records.getAll())]);
  }, `muster:${publishable}`);
  expect(disk).toContain("anonymousId");
  for (const trace of ["anna-maria", "private-note", old ?? "?"]) expect(disk).not.toContain(trace);
});

test("pages, visits and the device are captured; what was told once is not told again", async () => {
  await page.evaluate(async () => {
    history.pushState(null, "", "/cart");
    document.title = "Cart";
    await new Promise((resolve) => setTimeout(resolve, 50));
    history.pushState(null, "", "/cart#below");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.flush();
  });
  await open();
  await page.evaluate(() => client.flush());
  expect(sent.map(({ type, name, set, props }) => (type === "set" ? set : [name, props]))).toEqual([
    { "device.type": "desktop", "device.os": "Linux", browser: "Chrome", language: "en-US" },
    ["visit", {}],
    ["$page", { path: "/shop", search: "?x=1", title: "Page", referrer: "" }],
    ["$page", { path: "/cart", title: "Cart", referrer: `${site.url}/shop?x=1` }],
    ["$page", { path: "/shop", search: "?x=1", title: "Page", referrer: "" }],
  ]);
});

test("the time that the page was looked at is told when it is put away, and a long pause begins a visit", async () => {
  await page.evaluate(async () => {
    const turn = async (hidden: boolean, seconds: number) => {
      offset += seconds * 1_000;
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      await client.flush();
    };
    await turn(true, 70);
    await turn(false, 28 * 60);
    await turn(true, 50);
    await turn(false, 31 * 60);
    // The machine slept with the page in sight.
    await turn(true, 9 * 3_600);
  });
  const seen = sent.filter(({ name }) => name === "$time" || name === "visit");
  // The test itself takes some seconds.
  const rounded = seen.map(({ name, props }) => [
    name,
    ...Object.values(props ?? {}).map((seconds) => Math.floor(Number(seconds) / 10)),
  ]);
  expect(rounded).toEqual([["visit"], ["$time", 7], ["$time", 5], ["visit"], ["$time", 180]]);
});

test("the explanation says why, with what was counted", async () => {
  const [before, after, unknown] = await page.evaluate(async () => {
    const before = explain(client, "viewer");
    for (let n = 0; n < 3; n++) await client.track("view");
    return [before, explain(client, "viewer"), explain(client, "no such segment")];
  });
  expect(before).toMatchObject({ member: false, operand: 0 });
  expect(after).toMatchObject({ member: true, operand: 3 });
  expect(unknown).toBeUndefined();
});

test("a key that the edge does not take is reported once, and the page goes on", async () => {
  const wrong = JSON.stringify(["mst_pub_wrong", edge.url]);
  await context.addInitScript((options) => {
    if (self.origin !== "null") localStorage.options = options;
  }, wrong);
  await open();
  await page.evaluate(async () => {
    await client.flush();
    await client.track("view");
    await client.flush();
  });
  expect(await page.evaluate(() => problems.map(({ code }) => code))).toEqual(["unauthorized"]);
  expect(await page.evaluate(() => client.status.pending)).toBeGreaterThan(0);
});
