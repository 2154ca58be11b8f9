import type { CreatedIdentityKey, CreatedKey, EvaluateResponse } from "@muster/rules/wire";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Edge, startEdge } from "../../edge/dev/start-edge.ts";
import { signIdentity } from "../../sdk-node/src/sign-identity.ts";
import type { Client, ClientProblem } from "../src/index.ts";
import { launchBrowser, type Site, serveSite } from "./browser.ts";
import { build } from "./build.ts";

/** What `page.js` leaves in the page; the test hands `getToken` in. */
declare const client: Client;
declare const problems: ClientProblem[];

const PAGE = `
  import { createClient } from "/index.js";
  const [key, endpoint] = JSON.parse(localStorage.options);
  globalThis.problems = [];
  globalThis.client = createClient({
    key, endpoint, token: (userId) => getToken(userId), onError: (problem) => problems.push(problem),
  });
  document.documentElement.dataset.ready = "";
`;

let edge: Edge;
let browser: Browser;
let site: Site;
let publishable: string;
let key: CreatedIdentityKey;

async function ask<T>(method: string, path: string, body: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${edge.adminKey}`, "content-type": "application/json" };
  const answer = await fetch(edge.url + path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return JSON.parse((await answer.text()) || "null");
}

async function isViewer(userId: string): Promise<boolean | undefined> {
  const { memberships } = await ask<EvaluateResponse>("POST", "/v1/evaluate", { userId });
  return memberships.viewer?.member;
}

/** A device whose page gets its tokens from this backend. */
async function open(getToken: (userId: string) => Promise<string>): Promise<Page> {
  const context = await browser.newContext();
  await context.exposeFunction("getToken", getToken);
  await context.addInitScript(
    (options) => {
      if (self.origin !== "null") localStorage.options = options;
    },
    JSON.stringify([publishable, edge.url]),
  );
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  return page;
}

const statusOf = (page: Page) => page.evaluate(() => [client.status.pending, client.status.parked]);

beforeAll(async () => {
  edge = await startEdge({});
  const rule = { event: "view", op: "gte", value: 1 };
  await ask("POST", "/v1/segments", { key: "viewer", name: "Views", status: "active", rule });
  publishable = (await ask<CreatedKey>("POST", "/v1/keys", { kind: "publishable", name: "web" })).key;
  key = await ask("POST", "/v1/identity-keys", { alg: "HS256" });
  await ask("PATCH", "/v1/workspace", { identity: { required: true, audience: "shop" } });
  const chunks = await build();
  const scripts = [...chunks].map(([name, { code }]) => [name, code] as const);
  site = await serveSite(new Map([...scripts, ["page.js", PAGE]]), edge.url);
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  site?.close();
  await edge?.stop();
});

const backend = (userId: string) =>
  signIdentity({ secret: key.secret ?? "", kid: key.kid, userId, audience: "shop" });

test("who has logged in at the backend is known on another device, and who only says so is not", async () => {
  const phone = await open(backend);
  await phone.evaluate(async () => {
    void client.track("view");
    void client.identify("ann");
    await client.flush();
  });
  expect(await statusOf(phone)).toEqual([0, 0]);
  expect(await isViewer("ann")).toBe(true);

  const laptop = await open(backend);
  const seen = await laptop.evaluate(async () => {
    void client.identify("ann");
    await client.flush();
    return client.membership("viewer");
  });
  expect(seen).toMatchObject({ member: true, source: "edge" });

  const thief = await open(() => backend("eve"));
  const guessed = await thief.evaluate(async () => {
    void client.identify("ann");
    void client.track("stolen");
    await client.flush();
    return [client.membership("viewer").ready, problems.map(({ code }) => code)];
  });
  expect(guessed).toEqual([false, ["no-token"]]);
  expect(await statusOf(thief)).toEqual([expect.any(Number), 0]);
});

test("while the backend is down a user's operations wait; who comes next is served", async () => {
  let isDown = true;
  const page = await open(async (userId) => {
    if (isDown) throw new Error("down");
    return backend(userId);
  });
  await page.evaluate(async () => {
    void client.identify("bob");
    void client.track("view");
    await client.flush();
  });
  expect(await isViewer("bob")).toBe(false);
  await page.evaluate(async () => {
    void client.reset();
    void client.track("view");
    await client.flush();
  });
  // A clock that was just corrected may have been ahead for a moment.
  const guest = () => page.evaluate(() => client.membership("viewer"));
  await expect.poll(guest, { timeout: 20_000 }).toMatchObject({ member: true, ready: true });
  expect(await isViewer("bob")).toBe(false);
  isDown = false;
  await expect.poll(() => statusOf(page), { timeout: 20_000 }).toEqual([0, 0]);
  expect(await isViewer("bob")).toBe(true);
});

test("when its key is revoked a page gets a token of the next one, without a word", async () => {
  let signing = key;
  const page = await open((userId) =>
    signIdentity({ secret: signing.secret ?? "", kid: signing.kid, userId, audience: "shop" }),
  );
  await page.evaluate(async () => {
    void client.identify("cid");
    await client.flush();
  });
  signing = await ask<CreatedIdentityKey>("POST", "/v1/identity-keys", { alg: "HS512" });
  await ask("DELETE", `/v1/identity-keys/${key.kid}`, undefined);
  await page.evaluate(async () => {
    void client.track("view");
    await client.flush();
  });
  expect(await isViewer("cid")).toBe(true);
  expect(await page.evaluate(() => [client.status.pending, problems.length])).toEqual([0, 0]);
});
