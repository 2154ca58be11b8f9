import type { Content } from "@muster/rules/decide";
import { parseDecisions } from "@muster/rules/decisions";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { launchBrowser, type Site } from "./browser.ts";
import { HOSTILE } from "./hostile-strings.ts";
import { openUi, serveUi } from "./ui-page.ts";

let browser: Browser;
let site: Site;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), serveUi()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** A string in each field of a content, one field at a time. */
const fieldsOf = (text: string): Content[] => [
  { title: text },
  { title: "x", text },
  { title: "x", image: { url: text, alt: "x" } },
  { title: "x", image: { url: "/image.svg", alt: text } },
  { title: "x", primary: { label: text } },
  { title: "x", primary: { label: "x", url: text } },
  { title: "x", secondary: { label: text } },
  { title: "x", secondary: { label: "x", url: text } },
];

/** As it is, in all fields at once. */
const rawOf = (text: string): Content => ({
  title: text,
  text,
  image: { url: text, alt: text },
  primary: { label: text, url: text, event: text },
  secondary: { label: text, url: text },
});

/** What `parseDecisions` lets through. */
function accept(content: Content): Content[] {
  const campaign = { kind: "prompt", placement: "home", enabled: true, content };
  const parsed = parseDecisions({ campaigns: { hello: campaign } });
  const kept = parsed.ok ? parsed.value.campaigns?.hello?.content : undefined;
  return kept ? [kept] : [];
}

/** The one among them that is an image's URL which definitions may have; a page's policy has the last word. */
const ALLOWED = "https://evil.example/%3Cscript%3E";

const RAW = HOSTILE.map(rawOf);
const ACCEPTED = HOSTILE.flatMap((text) => fieldsOf(text).flatMap(accept));

/** Whatever happens in a page that must not: dialogs, and requests to others. */
function watch(page: Page): string[] {
  const seen: string[] = [];
  page.on("dialog", async (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== site.url) seen.push(`${request.resourceType()} ${request.url()}`);
  });
  return seen;
}

/** Shows and answers each content in turn, and says what is wrong with what showed. */
async function findWrong(page: Page, contents: readonly Content[], placement: string): Promise<string[]> {
  return page.evaluate(
    async ([contents, placement]) => {
      const wrong: string[] = [];
      const TAGS = ["DIV", "SECTION", "H2", "P", "A", "BUTTON", "IMG"];
      const ATTRIBUTES =
        /^(?:part|id|dir|href|rel|type|role|popover|src|alt|decoding|referrerpolicy|tabindex|aria-(?:label|labelledby|describedby|live))$/;
      const PROTOCOLS = ["https:", "http:", "mailto:", "tel:"];
      document.addEventListener("muster-answered", (event) => event.preventDefault());
      const root = document.querySelector(`[placement=${placement}]`)?.shadowRoot;
      if (!root) return ["there is no root"];
      const find = (part: string) => root.querySelector<HTMLElement>(`[part~=${part}]`);
      const kind = placement === "top" ? "banner" : "prompt";

      for (const [index, content] of contents.entries()) {
        const fail = (what: string): number =>
          wrong.push(`${what}: ${JSON.stringify(content).slice(0, 300)}`);
        const shown = new Promise((resolve) => addEventListener("muster-shown", resolve, { once: true }));
        scene.offer(placement, content, { campaign: `c${index}`, kind });
        await shown;
        if (find("title")?.textContent !== content.title) fail("title");
        if ((find("text")?.textContent ?? "") !== (content.text ?? "")) fail("text");
        if (find("primary")?.textContent !== content.primary?.label) fail("primary");
        if (find("secondary")?.textContent !== content.secondary?.label) fail("secondary");
        const image = root.querySelector("img");
        if (image && image.alt !== content.image?.alt) fail("alt");
        for (const element of root.querySelectorAll("*")) {
          if (!TAGS.includes(element.tagName)) fail(element.tagName);
          for (const { name } of element.attributes) if (!ATTRIBUTES.test(name)) fail(name);
        }
        for (const link of root.querySelectorAll("a")) {
          const isWhole = /^(?:https?:\/\/|mailto:|tel:)/.test(link.getAttribute("href") ?? "");
          if (!PROTOCOLS.includes(link.protocol)) fail(link.href);
          if (!isWhole && link.origin !== location.origin) fail(link.href);
          if (link.username || link.password || link.rel !== "noopener noreferrer") fail(link.href);
        }
        const { width = 0, height = 0 } = find("surface")?.getBoundingClientRect() ?? {};
        if (width > innerWidth || height > innerHeight) fail("it is larger than the window");
        const press = ["primary", "secondary", "close"].map(find).filter((one) => one !== null);
        press[index % press.length]?.click();
        if (root.querySelector("section")) fail("it did not close");
      }
      return wrong;
    },
    [contents, placement] as const,
  );
}

test("there are enough of them, and the check of definitions refuses some", () => {
  expect(HOSTILE.length).toBeGreaterThanOrEqual(200);
  expect(ACCEPTED.length).toBeGreaterThan(200);
  expect(ACCEPTED.length).toBeLessThan(8 * HOSTILE.length);
  expect(
    HOSTILE.filter((text) =>
      accept({ title: "x", image: { url: text, alt: "" } })[0]?.image?.url.startsWith("http"),
    ),
  ).toEqual([decodeURI(ALLOWED)]);
});

for (const [policy, path] of [
  ["a strict policy", "/"],
  ["no policy", "/?lax"],
] as const)
  test.each([
    ["as they are, in a prompt", RAW, "home"],
    ["as they are, in a banner", RAW, "top"],
    ["as definitions may have them", ACCEPTED, "home"],
  ])(
    `under ${policy}, hostile strings %s show as what they are and do nothing`,
    async (_, contents, placement) => {
      const { page } = await openUi(browser, site, { path });
      onTestFinished(() => page.context().close());
      const seen = watch(page);
      await page.route(
        (url) => url.origin !== site.url,
        (route) => route.abort(),
      );
      expect(await findWrong(page, contents, placement)).toEqual([]);
      const others = seen.filter((one) => one !== `image ${ALLOWED}`);
      const violations = await page.evaluate(() => scene.violations);
      const refused = violations.filter((one) => !one.startsWith(`img-src ${ALLOWED}`));
      expect({ others, refused, url: page.url() }).toEqual({
        ...{ others: [], refused: [] },
        url: site.url + path,
      });
    },
    120_000,
  );

test("the watch would see what runs, and what is sent", async () => {
  const { page } = await openUi(browser, site, { path: "/?lax" });
  onTestFinished(() => page.context().close());
  const seen = watch(page);
  await page.evaluate(() => {
    document.body.innerHTML = "<img src=x onerror=alert(1)><img src='https://evil.example/pixel'>";
  });
  await expect.poll(() => seen.join()).toMatch(/dialog 1/);
  expect(seen.join()).toMatch(/evil\.example/);
});

test("what is no content at all is nothing to show, or shows what is text in it", async () => {
  const { page, errors } = await openUi(browser, site);
  onTestFinished(() => page.context().close());
  const claims = await page.evaluate(async () => {
    const odd: unknown[] = [
      null,
      0,
      1,
      true,
      "",
      "x",
      [],
      ["x"],
      {},
      { title: 1 },
      { title: ["x"] },
      { title: "" },
    ];
    const fields = ["text", "image", "primary", "secondary"];
    const contents = [
      ...odd,
      ...odd.flatMap((one) => fields.map((field) => ({ title: "t", [field]: one }))),
      ...odd.flatMap((one) =>
        fields.map((field) => ({ title: "t", [field]: { label: one, url: one, alt: one } })),
      ),
      JSON.parse('{"__proto__": {"title": "t"}}'),
      JSON.parse('{"title": "t", "primary": {"label": "x", "__proto__": {"url": "javascript:alert(1)"}}}'),
    ];
    for (const [index, content] of contents.entries()) {
      const more = { campaign: `c${index}`, kind: index % 2 ? "prompt" : ("?" as "banner") } as const;
      scene.offer("home", content as never, more);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const close = document.querySelector("[placement=home]")?.shadowRoot?.querySelector("[part=close]");
      if (close instanceof HTMLElement) close.click();
    }
    return scene.claims.length;
  });
  expect({ claims, errors }).toEqual({ claims: 97, errors: [] });
});
