import type { Browser, BrowserContext, Page } from "playwright-core";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bootstrapScript } from "../../sdk-node/src/bootstrap-script.ts";
import { MusterProvider } from "../src/react.ts";
import { launchBrowser, type Site, serveSite, watchErrors } from "./browser.ts";
import { bundlePage } from "./bundle-page.ts";
import { DEFINITIONS, type DecisionEdge, startDecisionEdge } from "./decision-edge.ts";
import { App } from "./react/app.ts";
import type { ReactPage } from "./react/page.ts";

/** What `react/page.ts` leaves in the page. */
declare const page: ReactPage;

let decisions: DecisionEdge;
let browser: Browser;
/** The page's files and where they are served, with React for development and for production. */
let sites: { readonly [environment: string]: { files: Map<string, string>; site: Site } };
let context: BrowserContext;
let tab: Page;
/** What the page's console and nobody else has said. */
let complaints: string[];
/** The operations that pages have posted. */
let sent: { type: string; id: string; name?: string; props?: { [name: string]: unknown } }[];

beforeAll(async () => {
  decisions = await startDecisionEdge(DEFINITIONS);
  browser = await launchBrowser();
  const serve = async (environment: "development" | "production") => {
    const files = new Map([["page.js", await bundlePage("react/page.ts", environment)]]);
    return { files, site: await serveSite(files, decisions.edge.url) };
  };
  sites = { development: await serve("development"), production: await serve("production") };
}, 120_000);

afterAll(async () => {
  await browser?.close();
  for (const { site } of Object.values(sites ?? {})) site.close();
  await decisions?.edge.stop();
});

beforeEach(async () => {
  context = await browser.newContext();
  complaints = watchErrors(context);
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  sent = [];
  context.on("request", (request) => {
    if (request.method() === "POST") sent.push(...(request.postDataJSON()?.ops ?? []));
  });
  tab = await context.newPage();
});

afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

/** The page as the server has rendered it for a user, or as a script renders it. */
async function open(environment: "development" | "production", html = ""): Promise<void> {
  const { files, site } = sites[environment] ?? {};
  files?.set(
    "app.html",
    `<!doctype html><title>Page</title>${html}<script type="module" src="/page.js"></script>`,
  );
  await tab.goto(`${site?.url}/app.html`);
  await tab.waitForSelector("html[data-ready]", { state: "attached" });
}

async function renderOnServer(userId: string): Promise<string> {
  const bootstrap = await decisions.bootstrap({ userId });
  const html = renderToString(createElement(MusterProvider, { bootstrap }, createElement(App)));
  const json = bootstrapScript(bootstrap);
  return `<div id="root">${html}</div><script type="application/json" id="bootstrap">${json}</script>`;
}

const theme = (otherwise: string) => ({ ...DEFINITIONS["/v1/flags/theme"], otherwise });

const textOf = (id: string) => tab.locator(`#${id}`).first().textContent();
const exposures = () => new Set(sent.flatMap(({ id, name }) => (name === "$exposure" ? [id] : [])));

describe("on a server", () => {
  test("a page says what its bootstrap says, and without one the fallbacks", async () => {
    const html = await renderOnServer("server-user");
    expect(html).toContain('<p id="checkout">false</p>');
    expect(html).toContain("{&quot;accent&quot;:&quot;blue&quot;}");
    expect(html).toContain('<p id="why">false DEFAULT off </p>');
    expect(html).not.toContain('id="prompt"');
    const bare = renderToString(createElement(MusterProvider, null, createElement(App)));
    expect(bare).toContain("{&quot;accent&quot;:&quot;grey&quot;}");
    expect(bare).toContain('<p id="headline">Welcome</p>');
    expect(bare).toContain('<p id="why">false ERROR  PROVIDER_NOT_READY</p>');
  });

  test.each([null, 1, "x", {}, { ruleset: {} }, { ruleset: { decisions: { flags: { checkout: 1 } } } }])(
    "a bootstrap that is %j says nothing, and breaks nothing",
    (bootstrap) => {
      const provider = createElement(MusterProvider, { bootstrap: bootstrap as never }, createElement(App));
      expect(renderToString(provider)).toContain('<p id="why">false ERROR  PROVIDER_NOT_READY</p>');
    },
  );
});

describe.each(["development", "production"] as const)("in Chromium, React for %s", (environment) => {
  const isStrict = environment === "development";

  test("takes over what the server rendered, though the device knows better, and only then says it", async () => {
    const userId = `hydrated-${environment}`;
    const html = await renderOnServer(userId);
    await open(environment, html);
    expect(await textOf("checkout")).toBe("false");
    // The device learns on, and the page comes again from a cache.
    await tab.evaluate(
      async ([options, userId]) => {
        const client = page.open({ ...options, userId });
        await client.setTraits({ plan: "pro" });
        await client.flush();
        await client.close();
      },
      [decisions.options, userId] as const,
    );
    await open(environment, html);
    const checkouts = await tab.evaluate(
      async ([options, isStrict]) => {
        const client = page.open({ ...options, bootstrap: page.bootstrap() });
        await client.ready;
        if (!client.details("checkout", false, { expose: false }).value) throw new Error("not known better");
        await page.hydrate(client, isStrict);
        while (document.getElementById("checkout")?.textContent !== "true")
          await new Promise((resolve) => setTimeout(resolve, 10));
        return page.app.rendered.checkout;
      },
      [decisions.options, isStrict] as const,
    );
    expect(checkouts?.[0]).toBe("false");
    expect(new Set(checkouts)).toEqual(new Set(["false", "true"]));
    expect(await textOf("why")).toBe("true TARGETING_MATCH on ");
    expect(await textOf("pro")).toBe("true");
    await tab.waitForSelector("#prompt");
  });

  test("where the device knows no more than the page, nothing is rendered a second time", async () => {
    await open(environment, await renderOnServer(`same-${environment}`));
    const rendered = await tab.evaluate(
      async ([options, isStrict]) => {
        const client = page.open({ ...options, bootstrap: page.bootstrap() });
        await page.hydrate(client, isStrict);
        await client.flush();
        await page.settle();
        await client.flush();
        return page.app.rendered;
      },
      [decisions.options, isStrict] as const,
    );
    for (const component of ["checkout", "theme", "headline", "why", "pro"])
      expect([component, rendered[component]?.length]).toEqual([component, isStrict ? 2 : 1]);
    expect(exposures().size).toBe(1);
  });

  test("new definitions render nothing again but what they change, and the same JSON is the same object", async () => {
    await open(environment);
    await decisions.put("/v1/flags/theme", theme("dark"));
    const start = await tab.evaluate(async (options) => {
      const client = page.open({ ...options, userId: "changing" });
      await client.flush();
      page.render(client, "App");
      await page.settle();
      return page.counts();
    }, decisions.options);
    const renew = () =>
      tab.evaluate(async () => {
        await page.clients[0]?.flush();
        await page.settle();
        return [page.counts(), page.app.themes.size] as const;
      });
    await decisions.put("/v1/flags/other", theme("dark"));
    expect(await renew()).toEqual([start, 1]);
    await decisions.put("/v1/flags/theme", theme("light"));
    expect(await renew()).toEqual([{ ...start, theme: (start.theme ?? 0) + 1 }, 2]);
    expect(await textOf("theme")).toBe('{"accent":"red"}');
  });

  test("who has seen an experiment is counted once, when it is on the page", async () => {
    await open(environment);
    const isLate = await tab.evaluate(
      async ([options, isStrict, userId]) => {
        const client = page.open({ ...options, userId });
        await client.flush();
        page.render(client, "Late", isStrict);
        await page.settle();
        await client.flush();
        const hasAsked = client.details("headline", "", { expose: false }).assignment?.settled === false;
        page.arrive();
        return hasAsked;
      },
      [decisions.options, isStrict, `exposed-${environment}`] as const,
    );
    expect(isLate).toBe(true);
    expect(exposures().size).toBe(0);
    await tab.waitForSelector("#late");
    await tab.evaluate(async (isStrict) => {
      const [client] = page.clients;
      if (!client) throw new Error("no client");
      page.render(client, "Headline", isStrict);
      page.render(client, "Headline", isStrict).unmount();
      await page.settle();
      await client.flush();
    }, isStrict);
    expect(exposures().size).toBe(1);
    expect(sent.filter(({ name }) => name === "$exposure").length).toBe(1);
  });

  test("a prompt stays from when it is claimed until the user acts, over unmounting", async () => {
    await open(environment);
    await tab.evaluate(
      async ([options, isStrict, userId]) => {
        const client = page.open({ ...options, userId });
        await client.setTraits({ plan: "pro" });
        await client.flush();
        const root = page.render(client, "App", isStrict);
        while (!document.getElementById("prompt")) await new Promise((resolve) => setTimeout(resolve, 10));
        // Its cap has counted it.
        if (client.prompt("home").campaign) throw new Error("it could be begun twice");
        root.unmount();
        page.render(client, "App", isStrict);
      },
      [decisions.options, isStrict, `prompted-${environment}`] as const,
    );
    await tab.click("#accept");
    await tab.waitForSelector("#prompt", { state: "detached" });
    await tab.evaluate(() => page.clients[0]?.flush());
    const told = sent.filter(({ name }) => name === "$prompt").map(({ props }) => props?.action);
    expect([...new Set(told)]).toEqual(["shown", "accepted"]);
  });

  test("what was answered does not come back at once, though nothing caps it", async () => {
    await open(environment);
    await tab.evaluate(async (options) => {
      const client = page.open({ ...options, userId: "answering" });
      await client.flush();
      page.render(client, "Repeat");
    }, decisions.options);
    await tab.click("#dismiss");
    const isBack = await tab.evaluate(async () => {
      const [client] = page.clients;
      // Nor because nobody looked at the page for a while.
      for (const hidden of [true, false]) {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
        await page.settle();
      }
      await client?.track("view");
      await client?.flush();
      await page.settle();
      return [client?.prompt("again").campaign, document.getElementById("prompt")];
    });
    expect(isBack).toEqual(["again", null]);
  });

  test("a prompt goes with the user whom it was for", async () => {
    await open(environment);
    await tab.evaluate(
      async ([options, userId]) => {
        const client = page.open({ ...options, userId });
        await client.setTraits({ plan: "pro" });
        await client.flush();
        page.render(client, "App");
      },
      [decisions.options, `left-${environment}`] as const,
    );
    await tab.waitForSelector("#prompt");
    await tab.evaluate(() => page.clients[0]?.reset());
    await tab.waitForSelector("#prompt", { state: "detached" });
  });

  test("an answer that tells of time and is another each ms does not keep React rendering", async () => {
    await decisions.put("/v1/flags/ticking", {
      ...DEFINITIONS["/v1/flags/checkout"],
      rules: [{ key: "r", audience: { rule: { formula: "now", op: "gte", value: 0 } }, variation: "on" }],
    });
    await open(environment);
    await tab.evaluate(
      async ([options, isStrict]) => {
        const client = page.open({ ...options, userId: "patient" });
        await client.flush();
        page.render(client, "Slow", isStrict);
      },
      [decisions.options, isStrict] as const,
    );
    await tab.waitForSelector("#slow");
    expect(await textOf("slow")).toBe("true");
    await tab.evaluate(() => page.settle());
    expect((await tab.evaluate(() => page.counts())).slow).toBeLessThanOrEqual(4);
  });

  test("a fallback that is no JSON breaks nothing, and is the answer where there is no other", async () => {
    await open(environment);
    await tab.evaluate(async (options) => {
      const client = page.open({ ...options, userId: "odd" });
      await client.flush();
      page.render(client, "Odd");
    }, decisions.options);
    await tab.waitForSelector("#odd");
    expect(await textOf("odd")).toBe("object bigint");
  });

  test("two providers answer each from their own client, and what is unmounted hears nothing more", async () => {
    await open(environment);
    const texts = await tab.evaluate(async (options) => {
      const one = page.open({ ...options, storage: "memory", userId: "one" });
      const two = page.open({ ...options, storage: "memory", userId: "two" });
      await Promise.all([one.flush(), two.flush()]);
      two.setOverrides({ flags: { checkout: "on" } });
      const root = page.render(one, "Checkout");
      page.render(two, "Checkout");
      await page.settle();
      const texts = [...document.querySelectorAll("#checkout")].map(({ textContent }) => textContent);
      root.unmount();
      one.setOverrides({ flags: { checkout: "on" } });
      await page.settle();
      return [...texts, page.app.rendered.checkout?.length];
    }, decisions.options);
    expect(texts).toEqual(["false", "true", 2]);
  });
});
