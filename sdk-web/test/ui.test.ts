import type { Content, PromptDecision } from "@muster/rules/decide";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { launchBrowser, type Site } from "./browser.ts";
import { CONTENT, openUi, serveUi, waitForSurface } from "./ui-page.ts";

let browser: Browser;
let site: Site;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), serveUi()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
});

const TITLE: Content = { title: "Hello" };

async function open(): Promise<Page> {
  const { page } = await openUi(browser, site);
  onTestFinished(() => page.context().close());
  return page;
}

type More = Partial<PromptDecision> & { leaving?: boolean };

/** Decides this for a placement; what it leads to is there when the promise resolves, but for what waits for images. */
async function offer(page: Page, placement: string, content?: Content, more: More = {}): Promise<void> {
  await page.evaluate(([placement, content, more]) => scene.offer(placement, content, more), [
    placement,
    content,
    more,
  ] as const);
  await settle(page);
}

/** Two frames: what observers and promises bring has come. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

const surfaces = (page: Page): Promise<number> => page.locator("[part~=surface]").count();
const titles = (page: Page): Promise<string[]> => page.locator("[part~=title]").allTextContents();
const state = (page: Page) =>
  page.evaluate(() => ({ claims: scene.claims, answers: scene.answers, events: scene.events }));

describe("what shows", () => {
  test("is claimed once, and told to the page", async () => {
    const page = await open();
    await offer(page, "home", CONTENT);
    await waitForSurface(page);
    await offer(page, "home", CONTENT);
    expect(await state(page)).toEqual({
      claims: ["hello"],
      answers: [],
      events: [["muster-shown", "hello"]],
    });
  });

  test("is nothing where the claim fails, until something else is decided", async () => {
    const page = await open();
    await page.evaluate(() => void (scene.refused = true));
    await offer(page, "home", TITLE);
    await offer(page, "home", TITLE);
    expect([await surfaces(page), (await state(page)).claims]).toEqual([0, ["hello"]]);

    await page.evaluate(() => void (scene.refused = false));
    await offer(page, "home", { title: "Other" }, { campaign: "other" });
    expect(await titles(page)).toEqual(["Other"]);
  });

  test("stays when the decision changes, and when there is none any more", async () => {
    const page = await open();
    await offer(page, "home", TITLE);
    await offer(page, "home", { title: "Other" }, { campaign: "other" });
    await offer(page, "home");
    expect(await titles(page)).toEqual(["Hello"]);
  });

  test("goes when the user is another, and is begun anew", async () => {
    const page = await open();
    await offer(page, "home", TITLE);
    await page.evaluate(() => void (scene.user = "ben"));
    await offer(page, "home");
    expect([await surfaces(page), (await state(page)).answers]).toEqual([0, []]);
    await offer(page, "home", TITLE);
    expect((await state(page)).claims).toEqual(["hello", "hello"]);
  });

  test("does not come again when it is answered, until something else was decided", async () => {
    const page = await open();
    await offer(page, "home", TITLE);
    await page.click("[part~=close]");
    await offer(page, "home", TITLE);
    expect(await surfaces(page)).toBe(0);

    await offer(page, "home");
    await offer(page, "home", TITLE);
    expect(await titles(page)).toEqual(["Hello"]);
    expect((await state(page)).claims).toEqual(["hello", "hello"]);
  });

  test("does not come again when it is answered, though it is not what the moment of leaving would bring", async () => {
    const page = await open();
    await offer(page, "home!", { title: "Must you go?" }, { campaign: "exit" });
    await offer(page, "home", TITLE);
    await page.click("[part~=close]");
    await settle(page);
    expect([await surfaces(page), (await state(page)).claims]).toEqual([0, ["hello"]]);
  });

  test("may come to the next user, though it was answered by the one before", async () => {
    const page = await open();
    await offer(page, "home", TITLE);
    await page.click("[part~=close]");
    await page.evaluate(() => void (scene.user = "ben"));
    await offer(page, "home", TITLE);
    expect((await state(page)).claims).toEqual(["hello", "hello"]);
  });

  test("comes again where it could not be claimed only since nobody looked", async () => {
    const page = await open();
    await page.evaluate(() => {
      scene.refused = true;
      const isAway = () => scene.refused && scene.claims.length > 0;
      Object.defineProperty(document, "hidden", { get: isAway, configurable: true });
    });
    await offer(page, "home", TITLE);
    expect(await surfaces(page)).toBe(0);
    await page.evaluate(() => {
      scene.refused = false;
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.locator("[part~=surface]").waitFor();
  });

  test("comes with its image, or without one that fails", async () => {
    const page = await open();
    await offer(page, "home", { ...TITLE, image: { url: "/missing", alt: "Missing" } });
    await page.locator("[part~=surface]").waitFor();
    expect(await page.locator("[part~=image]").count()).toBe(0);
    await page.click("[part~=close]");

    await offer(page, "home", CONTENT, { campaign: "image" });
    await page.locator("[part~=surface]").waitFor();
    const image = page.locator("[part~=image]");
    expect(await image.getAttribute("alt")).toBe("Dot, a round lamp");
    expect(await image.getAttribute("referrerpolicy")).toBe("no-referrer");
    expect(await image.evaluate((one: HTMLImageElement) => one.complete && one.naturalWidth)).toBe(640);
  });

  test("does not wait for ever for an image", async () => {
    const page = await open();
    await page.clock.install();
    await offerFrozen(page, { ...TITLE, image: { url: "/never", alt: "" } });
    expect((await state(page)).claims).toEqual([]);
    await page.clock.runFor(5_000);
    await page.locator("[part~=surface]").waitFor();
    expect(await page.locator("[part~=image]").count()).toBe(0);
  });

  /** Without `settle`, since frames stand still with the clock. */
  const offerFrozen = (page: Page, content: Content): Promise<void> =>
    page.evaluate((content) => scene.offer("home", content), content);
});

describe("where it shows", () => {
  test("a prompt is over the page, one at a time", async () => {
    const page = await open();
    await page.evaluate(() => {
      const other = document.createElement("muster-prompt");
      other.setAttribute("placement", "other");
      document.body.append(other);
    });
    await offer(page, "home", TITLE);
    await offer(page, "other", { title: "Other" }, { campaign: "other" });
    expect(await titles(page)).toEqual(["Hello"]);
    await page.click("[part~=close]");
    await settle(page);
    expect(await titles(page)).toEqual(["Other"]);
  });

  test("a banner stands in the room that the page has left, where it fits", async () => {
    const page = await open();
    await offer(page, "top", TITLE, { kind: "banner" });
    const room = await page.locator("[placement=top]").boundingBox();
    expect(await page.locator("[part~=banner]").boundingBox()).toEqual(room);
    await page.click("[part~=close]");

    await offer(page, "top", { title: "Long ".repeat(150) }, { kind: "banner", campaign: "long" });
    expect(await page.locator("[part~=banner]").getAttribute("part")).toContain("floating");
  });

  test("a banner without room lies at the bottom of the window", async () => {
    const page = await open();
    await offer(page, "home", TITLE, { kind: "banner" });
    await waitForSurface(page);
    const box = await page.locator("[part~=banner]").boundingBox();
    expect(box).toMatchObject({ x: 0, width: 1280 });
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBe(800);
  });

  test("a banner in its room is not shown before it can be seen", async () => {
    const page = await open();
    await page.evaluate(() => document.querySelector("main")?.after(document.querySelector(".room") ?? ""));
    await offer(page, "top", TITLE, { kind: "banner" });
    expect((await state(page)).claims).toEqual([]);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.locator("[part~=banner]").waitFor();
    expect((await state(page)).claims).toEqual(["hello"]);
  });

  test("of two elements of a placement one shows, and the other when it is gone", async () => {
    const page = await open();
    await page.evaluate(() =>
      document.body.append(document.querySelector("[placement=home]")?.cloneNode() ?? ""),
    );
    await offer(page, "home", TITLE);
    expect(await titles(page)).toEqual(["Hello"]);
    await page.evaluate(() => document.querySelector("[placement=home]")?.remove());
    await settle(page);
    expect(await titles(page)).toEqual(["Hello"]);
    expect((await state(page)).claims).toEqual(["hello"]);
  });

  test("an element that is taken out and put back shows the same, and frees the page meanwhile", async () => {
    const page = await open();
    await offer(page, "home", TITLE);
    await page.evaluate(() => {
      const element = document.querySelector("[placement=home]");
      element?.remove();
      globalThis.putBack = () => element && document.body.append(element);
    });
    await offer(page, "top", { title: "Other" }, { campaign: "other" });
    expect(await titles(page)).toEqual(["Other"]);
    await page.evaluate(() => globalThis.putBack?.());
    await settle(page);
    expect(await titles(page)).toEqual(["Other"]);
    await page.click("[part~=close]");
    await settle(page);
    expect(await titles(page)).toEqual(["Hello"]);
    expect((await state(page)).claims).toEqual(["hello", "other"]);
  });

  test("elements that are put back while hidden show theirs one after the other", async () => {
    const page = await open();
    await offer(page, "home", TITLE);
    await page.evaluate(() => {
      const [top, home] = [...document.querySelectorAll<HTMLElement>("muster-prompt")];
      home?.remove();
      globalThis.putBack = () => {
        for (const element of [top, home]) {
          if (element) element.style.display = "none";
          if (element) document.body.append(element);
        }
      };
    });
    await offer(page, "top", { title: "Other" }, { campaign: "other" });
    await page.evaluate(() => document.querySelector("[placement=top]")?.remove());
    await page.evaluate(() => globalThis.putBack?.());
    await settle(page);
    expect(await surfaces(page)).toBe(0);
    await page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>("muster-prompt"))
        element.style.display = "block";
    });
    await settle(page);
    expect(await titles(page)).toHaveLength(1);
    await page.click("[part~=close]");
    await settle(page);
    expect(await titles(page)).toHaveLength(1);
  });

  test("an element of another placement from here on shows what that one has", async () => {
    const page = await open();
    await offer(page, "home", TITLE);
    await offer(page, "other", { title: "Other" }, { campaign: "other" });
    await page.evaluate(() => document.querySelector("[placement=home]")?.setAttribute("placement", "other"));
    await settle(page);
    expect(await titles(page)).toEqual(["Other"]);
  });

  test("an element that is not displayed shows nothing until it is", async () => {
    const page = await open();
    await page.evaluate(() => document.querySelector("[placement=home]")?.toggleAttribute("hidden", true));
    await offer(page, "home", TITLE);
    expect((await state(page)).claims).toEqual([]);
    await page.evaluate(() => document.querySelector("[placement=home]")?.removeAttribute("hidden"));
    await page.locator("[part~=surface]").waitFor();
  });
});

describe("when it shows", () => {
  test("not before there is a client, and not after it was ended", async () => {
    const page = await open();
    await page.evaluate(() => scene.start()());
    await offer(page, "home", TITLE);
    expect(await surfaces(page)).toBe(0);
    const stop = await page.evaluateHandle(() => scene.start());
    await settle(page);
    expect(await titles(page)).toEqual(["Hello"]);
    await stop.evaluate((end) => end());
    expect(await surfaces(page)).toBe(0);
  });

  test("at the moment of leaving, when the mouse goes out at the top", async () => {
    const page = await open();
    await offer(page, "home", TITLE, { leaving: true });
    await page.mouse.move(300, 300);
    await page.mouse.move(-5, 300);
    await settle(page);
    await page.mouse.move(300, 300);
    expect(await surfaces(page)).toBe(0);
    await page.mouse.move(300, -5);
    await page.locator("[part~=surface]").waitFor();
    await page.click("[part~=close]");
    await page.mouse.move(300, 300);
    await page.mouse.move(300, -5);
    await settle(page);
    expect([await surfaces(page), (await state(page)).claims]).toEqual([0, ["hello"]]);
  });

  test("after a modal dialog of the page has closed", async () => {
    const page = await open();
    await page.evaluate(() => {
      const dialog = document.createElement("dialog");
      document.body.append(dialog);
      dialog.showModal();
    });
    await offer(page, "home", TITLE);
    expect((await state(page)).claims).toEqual([]);
    await page.evaluate(() => document.querySelector("dialog")?.close());
    await page.locator("[part~=surface]").waitFor();
  });

  test("not while nobody looks at the page", async () => {
    const page = await open();
    await page.evaluate(() =>
      Object.defineProperty(document, "hidden", { get: () => scene.refused, configurable: true }),
    );
    await page.evaluate(() => void (scene.refused = true));
    await offer(page, "home", TITLE);
    expect((await state(page)).claims).toEqual([]);
    await page.evaluate(() => {
      scene.refused = false;
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.locator("[part~=surface]").waitFor();
  });

  test("not at a finger's leave", async () => {
    const page = await open();
    await offer(page, "home", TITLE, { leaving: true });
    const leave = (pointerType: string) =>
      page.evaluate((pointerType) => {
        const event = new PointerEvent("pointerleave", { pointerType, clientY: 0 });
        document.documentElement.dispatchEvent(event);
        return scene.claims.length;
      }, pointerType);
    expect([await leave("touch"), await leave("mouse")]).toEqual([0, 1]);
  });

  test("still, when the page comes back from the cache of pages that were left", async () => {
    // Playwright turns that cache off.
    const own = await launchBrowser({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
    onTestFinished(() => own.close());
    const { page } = await openUi(own, site);
    await offer(page, "home", TITLE);
    await page.evaluate(() =>
      addEventListener("pageshow", ({ persisted }) => scene.answers.push([`${persisted}`, "accepted"])),
    );
    await page.goto(`${site.url}/image.svg`);
    await page.evaluate(() => history.back());
    await expect.poll(() => titles(page).catch(() => [])).toEqual(["Hello"]);
    await page.click("[part~=close]");
    expect((await state(page)).answers).toEqual([
      ["true", "accepted"],
      ["hello", "dismissed"],
    ]);
  });
});

describe("answers", () => {
  test.each([
    ["primary", "accepted"],
    ["secondary", "declined"],
    ["close", "dismissed"],
  ])("%s is %s", async (part, action) => {
    const page = await open();
    await offer(page, "home", { ...TITLE, primary: { label: "Yes" }, secondary: { label: "No" } });
    await page.click(`[part~=${part}]`);
    expect(await state(page)).toMatchObject({
      answers: [["hello", action]],
      events: [
        ["muster-shown", "hello"],
        ["muster-answered", "hello"],
      ],
    });
    expect(await surfaces(page)).toBe(0);
  });

  test("a link leads on, and counts", async () => {
    const page = await open();
    await offer(page, "home", { ...TITLE, primary: { label: "Go", url: "#there" } });
    await page.click("text=Go");
    expect(new URL(page.url()).hash).toBe("#there");
    expect((await state(page)).answers).toEqual([["hello", "accepted"]]);
  });

  test.each([
    ["with the middle button", { button: "middle" as const }],
    ["with Control", { modifiers: ["Control" as const] }],
  ])("a link that is opened in a tab of its own %s counts too, whatever the page does", async (_, click) => {
    const page = await open();
    await page.evaluate(() =>
      document.addEventListener("muster-answered", (event) => event.preventDefault()),
    );
    await offer(page, "home", { ...TITLE, primary: { label: "Go", url: "/there" } });
    const [tab] = await Promise.all([page.context().waitForEvent("page"), page.click("text=Go", click)]);
    await tab.waitForURL("**/there");
    expect((await state(page)).answers).toEqual([["hello", "accepted"]]);
    expect(await tab.evaluate(() => [document.referrer, window.opener])).toEqual(["", null]);
  });

  test("a page may take over", async () => {
    const page = await open();
    await page.evaluate(() =>
      document.addEventListener("muster-answered", (event) => event.preventDefault()),
    );
    await offer(page, "home", { ...TITLE, primary: { label: "Go", url: "/there" } });
    await page.click("text=Go");
    await settle(page);
    expect(new URL(page.url()).pathname).toBe("/");
    expect((await state(page)).answers).toEqual([["hello", "accepted"]]);
  });
});

describe("the keyboard", () => {
  const focused = (page: Page) =>
    page.evaluate(() => {
      const inner = document.activeElement?.shadowRoot?.activeElement;
      return inner?.getAttribute("part") ?? (document.activeElement?.id || document.activeElement?.localName);
    });

  test("keeps the focus where the visitor types", async () => {
    const page = await open();
    await page.focus("#field");
    await offer(page, "home", CONTENT);
    await waitForSurface(page);
    await page.keyboard.type("dot");
    expect(await page.inputValue("#field")).toBe("dot");
    await page.keyboard.press("Escape");
    expect(await surfaces(page)).toBe(1);
  });

  test("goes through the actions in order, and back to where it came from", async () => {
    const page = await open();
    await page.focus("#field");
    await offer(page, "home", CONTENT);
    await waitForSurface(page);
    const path = [];
    for (let step = 0; step < 3; step++) {
      await page.keyboard.press("Tab");
      path.push(await focused(page));
    }
    expect(path).toEqual(["action primary", "action secondary", "close"]);
    await page.keyboard.press("Escape");
    expect([await surfaces(page), await focused(page)]).toEqual([0, "field"]);
    expect((await state(page)).answers).toEqual([["hello", "dismissed"]]);
  });

  test("presses what has the focus", async () => {
    const page = await open();
    await offer(page, "home", { ...TITLE, primary: { label: "Yes" } });
    await page.focus("[part~=primary]");
    await page.keyboard.press("Enter");
    expect((await state(page)).answers).toEqual([["hello", "accepted"]]);
  });

  test("Escape dismisses what is over the page, unless the page has a use for it", async () => {
    const page = await open();
    await page.evaluate(() =>
      document.addEventListener("keydown", (event) => scene.refused && event.preventDefault()),
    );
    await offer(page, "home", TITLE);
    await page.evaluate(() => void (scene.refused = true));
    await page.keyboard.press("Escape");
    expect(await surfaces(page)).toBe(1);
    await page.evaluate(() => void (scene.refused = false));
    await page.evaluate(() => {
      const menu = document.createElement("div");
      menu.popover = "auto";
      document.body.append(menu);
      menu.showPopover();
    });
    await page.keyboard.press("Escape");
    expect([await page.locator(":popover-open[popover=auto]").count(), await surfaces(page)]).toEqual([0, 1]);
    await page.keyboard.press("Escape");
    expect(await surfaces(page)).toBe(0);
  });

  test("Escape leaves a banner in its room alone, unless the focus is in it", async () => {
    const page = await open();
    await offer(page, "top", TITLE, { kind: "banner" });
    await page.keyboard.press("Escape");
    expect(await surfaces(page)).toBe(1);
    await page.focus("[part~=close]");
    await page.keyboard.press("Escape");
    expect(await surfaces(page)).toBe(0);
  });
});

test.each<[string, () => void, number]>([
  [
    "knows no popovers",
    () => {
      Reflect.deleteProperty(HTMLElement.prototype, "popover");
      Reflect.deleteProperty(HTMLElement.prototype, "showPopover");
      const { querySelector } = Document.prototype;
      Document.prototype.querySelector = function (selector: string) {
        // In a list that forgives, what is not known is left out.
        if (/^[^:]*:(modal|popover-open)/.test(selector)) throw new DOMException(selector, "SyntaxError");
        return querySelector.call(this, selector);
      };
    },
    1,
  ],
  [
    "has no sheets for shadow roots",
    () => Reflect.deleteProperty(Document.prototype, "adoptedStyleSheets"),
    0,
  ],
])("in a browser that %s nothing is thrown into the page", async (_, age, shown) => {
  const { page, errors } = await openUi(browser, site, { before: age });
  onTestFinished(() => page.context().close());
  await offer(page, "home", TITLE);
  expect(await surfaces(page)).toBe(shown);
  await page.keyboard.press("Escape");
  expect([await surfaces(page), errors]).toEqual([0, []]);
});

declare global {
  var putBack: (() => void) | undefined;
}
