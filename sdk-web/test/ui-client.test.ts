import type { SyncRequest } from "@muster/rules/wire";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "../src/index.ts";
import { launchBrowser, type Site, watchErrors } from "./browser.ts";
import { build } from "./build.ts";
import { type DecisionEdge, startDecisionEdge } from "./decision-edge.ts";
import { serveUi } from "./ui-page.ts";

declare const client: Client;

const CAMPAIGNS = {
  "/v1/campaigns/hello": {
    kind: "prompt",
    placement: "home",
    enabled: true,
    content: { title: "Hello", primary: { label: "Go", event: "went" }, secondary: { label: "No" } },
    caps: { once: true },
  },
  "/v1/campaigns/leaving": {
    kind: "prompt",
    placement: "home",
    enabled: true,
    trigger: { on: "exit" },
    content: { title: "Must you go?" },
    caps: { once: true },
  },
  "/v1/campaigns/news": {
    kind: "banner",
    placement: "top",
    enabled: true,
    content: { title: "News" },
    caps: { every: { days: 1 } },
  },
};

let edge: DecisionEdge;
let site: Site;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  edge = await startDecisionEdge(CAMPAIGNS);
  const page = `
    import { createClient } from "/index.js";
    import { renderPrompts } from "/ui.js";
    globalThis.client = createClient(${JSON.stringify({ ...edge.options, capture: false })});
    renderPrompts(client);
  `;
  const scripts = [...(await build())].map(([name, { code }]): [string, string] => [name, code]);
  site = await serveUi({ scripts: new Map([...scripts, ["page.js", page]]), connect: edge.edge.url });
  browser = await launchBrowser();
  context = await browser.newContext();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  site?.close();
  await edge?.edge.stop();
});

const titles = (page: Page): Promise<string[]> => page.locator("[part~=title]").allTextContents();

async function open(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site.url);
  return page;
}

test("with a real client and edge, what was shown and answered is so in all tabs and after a reload", async () => {
  const errors = watchErrors(context);
  /** What the edge was told, by the id of the operation. */
  const told = new Map<string, string>();
  context.on("request", (request) => {
    const { ops = [] }: Partial<SyncRequest> = JSON.parse(request.postData() ?? "{}");
    for (const op of ops) {
      if (op.type !== "track") continue;
      const { campaign, action } = op.props ?? {};
      told.set(op.id, op.name === "$prompt" ? `${campaign} ${action}` : op.name);
    }
  });
  const page = await open();
  await expect.poll(() => titles(page)).toEqual(["News", "Hello"]);
  await page.click("text=Go");
  expect(await titles(page)).toEqual(["News"]);

  await page.mouse.move(300, 300);
  await page.mouse.move(300, -5);
  await expect.poll(() => titles(page)).toEqual(["News", "Must you go?"]);
  await page.keyboard.press("Escape");
  await page.click("[part~=banner] [part~=close]");
  await page.evaluate(() => client.flush());

  expect([...told.values()].toSorted()).toEqual(
    [
      ...["hello shown", "hello accepted", "went", "leaving shown", "leaving dismissed"],
      ...["news shown", "news dismissed"],
    ].toSorted(),
  );

  await page.reload();
  for (const tab of [page, await open()]) {
    await tab.waitForFunction(() =>
      ["home", "top"].every((key) => client.prompt(key, { leaving: true }).reason === "DEFAULT"),
    );
    expect(await titles(tab)).toEqual([]);
  }
  expect(errors).toEqual([]);
}, 60_000);
