import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {} from "@muster/web/ui";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type Shop, startShop } from "../../examples/shop/serve.ts";
import { launchBrowser } from "../launch-browser.ts";
import { Visitor } from "./visitor.ts";

vi.setConfig({ testTimeout: 60_000 });

const portOf = (url: string): number => Number(new URL(url).port);

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

/** Notes, from the page's first moment, which campaigns were shown and how far things moved. */
function observePage(): void {
  const shown: string[] = [];
  let shift = 0;
  document.addEventListener("muster-shown", ({ detail }) => shown.push(detail.decision.campaign ?? ""));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if ("value" in entry) shift += Number(entry.value);
  }).observe({ type: "layout-shift", buffered: true });
  globalThis.observed = () => ({ shown, shift });
}

declare global {
  var observed: (() => { shown: string[]; shift: number }) | undefined;
}

test("the policy of the page is kept, and would be noticed if it were not", async () => {
  const visitor = await Visitor.enter(browser, shop);
  const { page, complaints } = visitor;
  for (const sku of ["dot", "arc", "pleat", "heron"]) await visitor.look(sku);
  await page.click("text=Show me Dot");
  await visitor.add("dot");
  await visitor.buy();
  await visitor.page.click("text=Log in >> nth=-1");
  await page.reload();
  await page.waitForSelector("main h1");
  expect(complaints).toEqual([]);

  const attempt = page.evaluate(() => document.body.setAttribute("onclick", "alert(1)"));
  await expect(attempt).rejects.toThrow("TrustedScript");
  await page.evaluate(() => document.body.setAttribute("style", "color: red"));
  await expect.poll(() => complaints.join()).toContain("Content Security Policy");
  await visitor.context.close();
});

for (const viewport of [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
]) {
  test(`at ${viewport.width} pixels nothing flickers, moves or sticks out`, async () => {
    const visitor = await Visitor.enter(browser, shop, viewport);
    const { page } = visitor;
    await visitor.add("dot");
    await visitor.expectBanner();
    await page.addInitScript(observePage);
    for (const path of ["/", "/lamps/dot", "/cart", "/checkout"]) {
      await page.goto(shop.url + path);
      await page.waitForSelector("main h1");
      await visitor.expectBanner();
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      const observed = await page.evaluate(() => globalThis.observed?.());
      expect(observed, path).toEqual({ shown: ["cart-waiting"], shift: 0 });
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(excess, path).toBeLessThanOrEqual(0);
    }
    await visitor.context.close();
  });
}

test("with everything stopped a reload shows the same, and what waited is sent after the next start", async () => {
  const own = await mkdtemp(join(tmpdir(), "muster-shop-"));
  const first = await startShop({ folder: own });
  const visitor = await Visitor.enter(browser, first);
  onTestFinished(async () => {
    await visitor.shop.stop();
    await rm(own, { recursive: true, force: true });
  });
  const { page } = visitor;
  await visitor.expectAgreement();
  await first.stop();

  await page.reload();
  for (const sku of ["dot", "arc", "pleat", "heron"]) await visitor.look(sku);
  const browsing = { "browse-abandoner": true, "cart-abandoner": false, loyal: false };
  await visitor.expectMemberships(browsing);
  await page.reload();
  await visitor.expectMemberships(browsing, { wasPrompted: true });
  expect(await visitor.pending()).toBeGreaterThan(0);
  await expect
    .poll(() => page.textContent('[data-segment="loyal"] dd:last-child'))
    .toBe("has not heard all yet");

  visitor.shop = await startShop({ folder: own, port: portOf(first.url), edgePort: portOf(first.edge.url) });
  await page.reload();
  await visitor.expectMemberships(browsing, { wasPrompted: true });
  await visitor.expectAgreement();
  await visitor.context.close();
});

test("each page has one heading, and what can be pressed has a name", async () => {
  const visitor = await Visitor.enter(browser, shop);
  const { page } = visitor;
  await visitor.add("dot");
  for (const path of ["/", "/lamps/dot", "/cart", "/checkout", "/thanks"]) {
    await page.goto(shop.url + path);
    await page.waitForSelector("main h1");
    expect(await page.locator("h1").count(), path).toBe(1);
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("a, button, input")]
        .filter((one) => {
          const labels = one instanceof HTMLInputElement ? (one.labels?.length ?? 0) : 0;
          return labels === 0 && !one.getAttribute("aria-label") && !one.textContent?.trim();
        })
        .map((one) => one.outerHTML),
    );
    expect(nameless, path).toEqual([]);
  }
  await visitor.context.close();
});
