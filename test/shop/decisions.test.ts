import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type Shop, startShop } from "../../examples/shop/serve.ts";
import { launchBrowser } from "../launch-browser.ts";
import { Visitor } from "./visitor.ts";

const TEN_MINUTES = 600_000;
const NONE = { "browse-abandoner": false, "cart-abandoner": false, loyal: false };
const BROWSER = { ...NONE, "browse-abandoner": true };
const ABANDONER = { ...NONE, "cart-abandoner": true };
const LOYAL = { ...NONE, loyal: true };

vi.setConfig({ testTimeout: 90_000 });

const portOf = (url: string): number => Number(new URL(url).port);

let folder: string;
let shop: Shop;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-shop-"));
  [shop, browser] = await Promise.all([startShop({ folder }), launchBrowser()]);
});
beforeEach(() => shop.edge.setClock(0));
afterAll(async () => {
  await browser?.close();
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the edge agrees with the browser at each point of a visit", async () => {
  const visitor = await Visitor.enter(browser, shop);
  await visitor.expectMemberships(NONE);
  await visitor.expectAgreement();

  for (const sku of ["dot", "arc", "pleat", "dot"]) await visitor.look(sku);
  await visitor.expectMemberships(NONE);
  await visitor.expectAgreement();
  await visitor.look("heron");
  await visitor.expectMemberships(BROWSER);
  await visitor.expectAgreement();

  await visitor.add("heron");
  await visitor.expectMemberships(NONE);
  await visitor.expectAgreement();

  await shop.edge.setClock(TEN_MINUTES);
  await visitor.page.clock.fastForward(TEN_MINUTES);
  await visitor.expectMemberships(ABANDONER);
  await visitor.expectAgreement();

  await visitor.buy();
  await visitor.expectMemberships(NONE);
  await visitor.expectAgreement();
  for (const sku of ["dot", "arc"]) {
    await visitor.add(sku);
    await visitor.buy();
  }
  await visitor.expectMemberships(LOYAL);
  await visitor.expectAgreement();

  await visitor.page.click("text=Log in >> nth=-1");
  await expect.poll(() => visitor.page.textContent("#who")).toBe("ann");
  // Until the edge has answered, who Ann is elsewhere is not known.
  await visitor.expectAgreement();
  await visitor.expectMemberships(LOYAL);
  await visitor.page.click("text=Log out");
  await visitor.expectMemberships(NONE);
  await visitor.expectAgreement();
  expect(visitor.complaints).toEqual([]);
  await visitor.context.close();
});

test("without a network the page follows its visitor, through a reload and through time", async () => {
  const own = await mkdtemp(join(tmpdir(), "muster-shop-"));
  const first = await startShop({ folder: own });
  const visitor = await Visitor.enter(browser, first);
  onTestFinished(async () => {
    await visitor.shop.stop();
    await rm(own, { recursive: true, force: true });
  });
  const { page, context } = visitor;
  await visitor.expectAgreement();
  // Being offline alone would let out what a page sends on its way out.
  await context.setOffline(true);
  await first.stop();

  for (const sku of ["dot", "arc", "pleat", "umbel"]) await visitor.look(sku);
  await visitor.expectMemberships(BROWSER);
  await page.click("text=No, thanks");
  await page.reload();
  await visitor.expectMemberships(BROWSER, { wasPrompted: true });

  await visitor.add("umbel");
  await visitor.expectMemberships(NONE);
  await page.reload();
  await visitor.expectMemberships(NONE);
  expect(await page.textContent("#cart-count")).toBe("1");

  // What the reload itself tells is captured a little after decisions are there, and the panel looks each second.
  let pending = -1;
  const settles = async () => pending === (pending = await visitor.pending());
  await expect.poll(settles, { interval: 1_500, timeout: 15_000 }).toBe(true);
  await page.clock.fastForward(TEN_MINUTES - 60_000);
  await visitor.expectMemberships(NONE);
  await page.clock.fastForward(60_000);
  await visitor.expectMemberships(ABANDONER);
  expect(await visitor.pending(), "no event").toBe(pending);
  await page.reload();
  await visitor.expectMemberships(ABANDONER);

  for (const sku of ["umbel", "dot", "arc"]) {
    await visitor.add(sku);
    await visitor.buy();
  }
  await visitor.expectMemberships(LOYAL);
  await visitor.add("reed");
  await page.click("nav a");
  await page.click("#express button");
  await page.waitForSelector("text=Thank you");

  visitor.shop = await startShop({ folder: own, port: portOf(first.url), edgePort: portOf(first.edge.url) });
  await visitor.shop.edge.setClock(TEN_MINUTES);
  expect(await visitor.askEdge(), "the edge has heard nothing of it").toEqual(NONE);
  await context.setOffline(false);
  await visitor.expectMemberships(LOYAL);
  await visitor.expectAgreement();
  await context.close();
});

test("with the edge out of reach nothing waits for it", async () => {
  const visitor = await Visitor.enter(browser, shop);
  await visitor.expectAgreement();
  let asked = 0;
  await visitor.context.route(`${shop.edge.url}/**`, (route) => {
    asked++;
    return route.abort();
  });
  for (const sku of ["dot", "arc", "pleat", "tide"]) await visitor.look(sku);
  await visitor.expectMemberships(BROWSER);
  await visitor.add("tide");
  await visitor.expectMemberships(NONE);
  await expect.poll(() => asked).toBeGreaterThan(0);

  // The page corrects its clock by the edge's as soon as it reaches it.
  await shop.edge.setClock(TEN_MINUTES);
  await visitor.context.unroute(`${shop.edge.url}/**`);
  await visitor.page.clock.fastForward(TEN_MINUTES);
  await visitor.expectMemberships(ABANDONER);
  await visitor.expectAgreement();
  await visitor.context.close();
});

test("the panel says why, and counts down to what time alone will change", async () => {
  const visitor = await Visitor.enter(browser, shop);
  const { page } = visitor;
  await visitor.add("ember");
  await visitor.expectMemberships(NONE);
  const card = page.locator('[data-segment="cart-abandoner"]');
  await card.locator("summary").click();
  await expect.poll(() => card.locator(".tree").textContent()).toContain("cart_items > 0is 1");
  const instant = async () => Date.parse((await card.locator("dd time").getAttribute("datetime")) ?? "");
  const left = (await instant()) - (await page.evaluate(() => Date.now()));
  expect(left).toBeGreaterThan(0);
  // The instant is by the edge's clock, from which the page's may be off by as much as a request takes.
  expect(left).toBeLessThanOrEqual(TEN_MINUTES + 5_000);
  await shop.edge.setClock(left);
  await page.clock.fastForward(left);
  await visitor.expectMemberships(ABANDONER);
  expect(await card.locator("dd time").count()).toBe(0);
  expect(await card.locator('.tree [data-holds="false"]').count()).toBe(0);
  await visitor.context.close();
});

test("a segment that somebody makes is there after the next click", async () => {
  const visitor = await Visitor.enter(browser, shop);
  await visitor.expectMemberships(NONE);
  const { edge, keys } = shop;
  const rule = {
    event: "product_viewed",
    where: { prop: "price", op: "gt", value: 200 },
    op: "gte",
    value: 1,
  };
  const made = await fetch(`${edge.url}/v1/segments`, {
    method: "POST",
    headers: { authorization: `Bearer ${keys.admin}`, "content-type": "application/json" },
    body: JSON.stringify({ key: "big-eyes", name: "Big eyes", status: "active", rule }),
  });
  expect(made.status).toBe(201);
  await visitor.look("umbel");
  await visitor.expectMemberships({ ...NONE, "big-eyes": true });
  await expect.poll(() => visitor.askEdge(), { timeout: 10_000 }).toEqual({ ...NONE, "big-eyes": true });
  await visitor.context.close();
});
