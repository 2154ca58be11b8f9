import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shop, startShop } from "../../examples/shop/serve.ts";
import { callAdmin } from "../examples/call-admin.ts";
import { launchBrowser } from "../launch-browser.ts";
import { Visitor } from "./visitor.ts";

const WAIT = { timeout: 10_000 };
const LAMPS = ["dot", "arc", "pleat", "heron"];

let folder: string;
let shop: Shop;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-shop-"));
  const abandonedAfter = { seconds: 1 };
  [shop, browser] = await Promise.all([startShop({ folder, abandonedAfter }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the panel says is decided, by name. */
const decided = (visitor: Visitor, name: string) =>
  visitor.page.getAttribute(`[data-decision="${name}"]`, "data-value");

const prompt = (visitor: Visitor) => visitor.seen().then((seen) => seen.prompt);

for (const { label, path } of [
  { label: "Show me Dot", path: "/lamps/dot" },
  { label: "No, thanks", path: "/lamps/heron" },
]) {
  test(`the prompt is answered “${label}” once, and does not come again`, async () => {
    const visitor = await Visitor.enter(browser, shop);
    const { page } = visitor;
    for (const sku of LAMPS) await visitor.look(sku);
    await expect.poll(() => prompt(visitor), WAIT).toBe(true);
    await page.click(`text=${label}`);
    await expect.poll(() => prompt(visitor), WAIT).toBe(false);
    expect(new URL(page.url()).pathname).toBe(path);

    await page.reload();
    await expect.poll(async () => (await visitor.memberships())["browse-abandoner"], WAIT).toBe(true);
    await expect.poll(() => decided(visitor, "placement corner"), WAIT).toBe("nothing new");
    expect(await prompt(visitor)).toBe(false);
    expect(visitor.complaints).toEqual([]);
    await visitor.context.close();
  });
}

test("the banner leads to the cart, comes again with the next page, and goes with the order", async () => {
  const visitor = await Visitor.enter(browser, shop);
  const { page } = visitor;
  await visitor.add("dot");
  await visitor.expectBanner();
  await page.click("text=Go to cart");
  await page.waitForSelector("text=Your cart >> nth=0");
  await expect.poll(async () => (await visitor.seen()).banner, WAIT).toBe(false);
  expect(new URL(page.url()).pathname).toBe("/cart");

  await page.reload();
  await visitor.expectBanner();
  await visitor.buy();
  await expect.poll(async () => (await visitor.seen()).banner, WAIT).toBe(false);
  expect(visitor.complaints).toEqual([]);
  await visitor.context.close();
});

test("who has seen an arm keeps it through a reload, a login and other weights; who comes later does not have it", async () => {
  const path = "/v1/experiments/checkout-words";
  const { definition } = await callAdmin<{ definition: object }>(shop, "GET", path);
  const setWeights = (plain: number, returns: number) =>
    callAdmin(shop, "PUT", path, { ...definition, weights: { plain, returns } });
  const words = async (visitor: Visitor) => {
    await visitor.page.click("nav a");
    return visitor.page.textContent('main a[href="/checkout"]');
  };

  await setWeights(0, 100);
  const visitor = await Visitor.enter(browser, shop);
  const { page } = visitor;
  await visitor.add("dot");
  await expect.poll(() => decided(visitor, "checkout-button"), WAIT).toBe('"Check out · free returns"');
  expect(await words(visitor)).toBe("Check out · free returns");

  await setWeights(100, 0);
  const later = await Visitor.enter(browser, shop);
  await later.add("dot");
  await expect.poll(() => decided(later, "checkout-button"), WAIT).toBe('"Check out"');
  expect(await words(later)).toBe("Check out");

  await page.reload();
  await expect.poll(() => decided(visitor, "checkout-button"), WAIT).toBe('"Check out · free returns"');
  expect(await words(visitor)).toBe("Check out · free returns");
  await page.click("text=Log in >> nth=-1");
  await expect.poll(() => page.textContent("#who"), WAIT).toBe("ann");
  await expect.poll(() => visitor.pending(), WAIT).toBe(0);
  expect(await words(visitor)).toBe("Check out · free returns");
  await page.reload();
  await expect.poll(() => page.textContent("#who"), WAIT).toBe("ann");
  expect(await words(visitor)).toBe("Check out · free returns");
  for (const { context } of [visitor, later]) await context.close();
});
