import { evaluateResponse } from "@muster/rules/wire";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import type { Shop } from "../../examples/shop/serve.ts";

/** What a visitor sees of what segments decide. */
export interface Seen {
  prompt: boolean;
  banner: boolean;
  badge: boolean;
}

const DESKTOP = { width: 1280, height: 900 };
const WAIT = { timeout: 15_000 };

/** Someone with a browser of their own, in the shop. */
export class Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Where the visitor is; another one after a restart. */
  shop: Shop;
  /** What the page complained of. */
  readonly complaints: string[] = [];

  private constructor(page: Page, shop: Shop) {
    this.page = page;
    this.context = page.context();
    this.shop = shop;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Opens the shop with a clock that can be moved, and waits until it can do without the network. */
  static async enter(browser: Browser, shop: Shop, viewport = DESKTOP): Promise<Visitor> {
    const context = await browser.newContext({ viewport });
    context.setDefaultTimeout(WAIT.timeout);
    const visitor = new Visitor(await context.newPage(), shop);
    await visitor.page.clock.install({ time: Date.now() });
    await visitor.page.goto(shop.url);
    await visitor.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await visitor.page.waitForSelector("main h1");
    return visitor;
  }

  async look(sku: string): Promise<void> {
    await this.page.click(".logo");
    await this.page.click(`main a[href="/lamps/${sku}"]`);
    await this.page.waitForSelector(".lamp");
  }

  async add(sku: string): Promise<void> {
    await this.look(sku);
    await this.page.click("text=Add to cart");
  }

  async buy(): Promise<void> {
    await this.page.click("nav a");
    await this.page.click("text=Check out");
    await this.page.click("text=Place order");
    await this.page.waitForSelector("text=Thank you");
  }

  /** Waits for the panel to say that, and for the page to show it; the prompt, unless it was shown before. */
  async expectMemberships(
    expected: Readonly<Record<string, boolean>>,
    { wasPrompted = false } = {},
  ): Promise<void> {
    await expect.poll(() => this.memberships(), WAIT).toEqual(expected);
    const seen = {
      prompt: expected["browse-abandoner"] && !wasPrompted,
      banner: expected["cart-abandoner"],
      badge: expected.loyal,
    };
    await expect.poll(() => this.seen(), WAIT).toEqual(seen);
  }

  /** Waits for the banner that says that the cart waits. */
  async expectBanner(): Promise<void> {
    await expect.poll(() => this.seen(), WAIT).toMatchObject({ banner: true });
  }

  /** By the panel: member or not, by segment. */
  memberships(): Promise<Record<string, boolean>> {
    return this.page.evaluate(() => {
      const cards = [...document.querySelectorAll<HTMLElement>("[data-segment]")];
      return Object.fromEntries(cards.map(({ dataset }) => [dataset.segment, dataset.member === "true"]));
    });
  }

  async seen(): Promise<Seen> {
    const { page } = this;
    return {
      prompt: await page.isVisible('muster-prompt [part~="prompt"]'),
      banner: await page.isVisible('muster-prompt [part~="banner"]'),
      badge: await page.isVisible("#badge"),
    };
  }

  /** How many operations wait to be sent, by the panel. */
  async pending(): Promise<number> {
    return Number(await this.page.getAttribute("#panel", "data-pending"));
  }

  /** Everything is sent, the panel has the edge's word for each segment, and so has whoever asks it directly. */
  async expectAgreement(): Promise<void> {
    const verdicts = (): Promise<(string | undefined)[]> =>
      this.page.$$eval<(string | undefined)[], HTMLElement>("[data-segment]", (cards) =>
        cards.map(({ dataset }) => dataset.edge),
      );
    await expect.poll(verdicts, WAIT).toEqual(["agrees", "agrees", "agrees"]);
    expect(await this.pending()).toBe(0);
    expect(await this.askEdge()).toEqual(await this.memberships());
  }

  /** What the edge says, asked with the secret key. */
  async askEdge(): Promise<Record<string, boolean>> {
    const { edge, keys } = this.shop;
    const who = await this.page.getAttribute("#panel", "data-visitor");
    const response = await fetch(`${edge.url}/v1/evaluate`, {
      method: "POST",
      headers: { authorization: `Bearer ${keys.secret.key}`, "content-type": "application/json" },
      body: who,
    });
    const { memberships } = evaluateResponse.parse(await response.json());
    return Object.fromEntries(Object.entries(memberships).map(([key, { member }]) => [key, member]));
  }
}
