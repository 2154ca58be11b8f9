import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Content } from "@muster/rules/decide";
import type { AxeResults, RunOptions } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { launchBrowser, type Site } from "./browser.ts";
import { CONTENT, DESKTOP, openUi, PHONE, serveUi, waitForSurface } from "./ui-page.ts";

vi.setConfig({ testTimeout: 60_000 });

let browser: Browser;
let site: Site;
let axeSource: string;

beforeAll(async () => {
  const file = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  [browser, site, axeSource] = await Promise.all([launchBrowser(), serveUi(), readFile(file, "utf8")]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
});

const LONG: Content = {
  title: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2),
  text: `${"x".repeat(400)}\nand\n${"words ".repeat(250)}`,
  primary: { label: "Rechtsschutzversicherungsgesellschaften vergleichen und eine davon abschließen" },
  secondary: { label: "Kraftfahrzeughaftpflichtversicherung" },
};
const ARABIC: Content = {
  title: "هل تحتاج إلى مساعدة؟",
  text: "معظم الناس يبدأون بـ Dot.",
  primary: { label: "أرني" },
  secondary: { label: "ليس الآن" },
};

type Options = BrowserContextOptions & { path?: string; content?: Content };
const ZOOMED: Options = { viewport: { width: 320, height: 200 }, deviceScaleFactor: 4 };
/** In the first of them what glides in is waited for; in the others nothing does. */
const STATES: [string, Options][] = [
  ["desktop, light", { viewport: DESKTOP }],
  ["desktop, dark", { viewport: DESKTOP, colorScheme: "dark" }],
  ["phone, light", { viewport: PHONE, hasTouch: true }],
  ["phone, dark", { viewport: PHONE, hasTouch: true, colorScheme: "dark" }],
  ["right to left", { path: "/?dir=rtl", content: ARABIC }],
  ["forced colours", { forcedColors: "active", content: CONTENT }],
  ["400 % zoom", ZOOMED],
];
const SURFACES: [string, "prompt" | "banner", string][] = [
  ["a prompt", "prompt", "home"],
  ["a banner at the bottom", "banner", "home"],
  ["a banner in its room", "banner", "top"],
];

async function open(options: Options = {}): Promise<{ page: Page; errors: string[] }> {
  const opened = await openUi(browser, site, options);
  onTestFinished(() => opened.page.context().close());
  return opened;
}

/** Waits until it stands. */
async function show(
  page: Page,
  content: Content,
  { placement = "home", kind = "prompt" }: { placement?: string; kind?: "prompt" | "banner" } = {},
): Promise<void> {
  await page.evaluate(
    ([placement, content, kind]) => scene.offer(placement, content, { kind, campaign: content.title }),
    [placement, content, kind] as const,
  );
  await waitForSurface(page);
}

async function close(page: Page): Promise<void> {
  await page.click("[part~=close]");
  await page.locator("[part~=surface]").waitFor({ state: "detached" });
}

/** What axe finds in the page, by all of its rules. */
async function findViolations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (options): Promise<AxeResults> => globalThis.axe.run(document, options),
    { resultTypes: ["violations"] } satisfies RunOptions,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target}`));
}

/** All of it can be brought into view, and pressed by a finger. */
async function expectReach(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? DESKTOP;
  for (const part of ["title", "primary", "secondary", "close"]) {
    const element = page.locator(`[part~=${part}]`);
    await element.scrollIntoViewIfNeeded();
    const box = (await element.boundingBox()) ?? { x: -1, y: -1, width: 0, height: 0 };
    const surface = (await page.locator("[part~=surface]").boundingBox()) ?? box;
    const isSeen = box.x >= 0 && box.x + box.width <= width && box.y >= surface.y;
    expect({ part, isSeen }).toEqual({ part, isSeen: true });
    if (part === "title") continue;
    expect(Math.floor(box.y + box.height)).toBeLessThanOrEqual(height);
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
    await element.click({ trial: true });
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

describe.each(STATES)("%s:", (state, { content: own, ...options }) => {
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    const reducedMotion = state === STATES[0]?.[0] ? "no-preference" : "reduce";
    ({ page, errors } = await openUi(browser, site, { reducedMotion, ...options }));
  });
  afterAll(() => page?.context().close());

  test.each(SURFACES)(
    "%s is accessible and in reach, moves nothing and breaks no policy",
    async (_, kind, placement) => {
      for (const content of own ? [own] : [CONTENT, LONG]) {
        await show(page, content, { placement, kind });
        expect(await findViolations(page)).toEqual([]);
        await expectReach(page);
        await close(page);
      }
      await show(page, { title: "Only", text: LONG.text ?? "" }, { placement, kind });
      expect(await findViolations(page)).toEqual([]);
      await close(page);
      const { shift, violations } = await page.evaluate(() => scene);
      expect({ shift, violations, errors }).toEqual({ shift: 0, violations: [], errors: [] });
    },
  );
});

test("reduced motion is kept", async () => {
  const animationOf = async (reducedMotion: "reduce" | "no-preference") => {
    const { page } = await open({ reducedMotion });
    await show(page, CONTENT);
    return page.locator("[part~=surface]").evaluate((one) => getComputedStyle(one).animationName);
  };
  expect([await animationOf("reduce"), await animationOf("no-preference")]).toEqual(["none", "enter"]);
});

test("people's text keeps its own direction", async () => {
  const { page } = await open();
  await show(page, { ...ARABIC, secondary: { label: "Not now" } });
  const directions = await page
    .locator("[part~=title], [part~=text], [part~=action]")
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
  expect(directions).toEqual(["rtl", "rtl", "rtl", "ltr"]);
});

test("a page styles it by custom properties and parts, and labels it", async () => {
  const { page } = await open();
  await page.evaluate(() => {
    document.body.classList.add("theme");
    document.querySelector("[placement=home]")?.setAttribute("close-label", "Schließen");
  });
  await show(page, CONTENT);
  const primary = page.locator("[part~=primary]");
  expect(await primary.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe("rgb(160, 63, 23)");
  const title = page.locator("[part~=title]");
  expect(await title.evaluate((one) => getComputedStyle(one).fontStyle)).toBe("italic");
  expect(await page.getByRole("button", { name: "Schließen" }).count()).toBe(1);
});

test("a screen reader is told what it is", async () => {
  const { page } = await open();
  await show(page, CONTENT);
  const dialog = page.getByRole("dialog", { name: "Need a hand choosing?" });
  expect(await dialog.ariaSnapshot()).toBe(`- dialog "Need a hand choosing?":
  - img "Dot, a round lamp"
  - heading "Need a hand choosing?" [level=2]
  - paragraph: ${CONTENT.text}
  - link "Show me Dot":
    - /url: /lamps/dot
  - button "Not now"
  - button "Close"`);
  await close(page);
  await show(page, { title: "Free delivery" }, { placement: "top", kind: "banner" });
  expect(await page.getByRole("region", { name: "Free delivery" }).count()).toBe(1);
});

declare global {
  var axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
}
