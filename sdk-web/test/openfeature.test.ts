import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser, type Site, serveSite, watchErrors } from "./browser.ts";
import { bundlePage } from "./bundle-page.ts";
import { DEFINITIONS, type DecisionEdge, startDecisionEdge } from "./decision-edge.ts";
import type { OpenFeaturePage } from "./openfeature/page.ts";

/** What `openfeature/page.ts` leaves in the page. */
declare const page: OpenFeaturePage;

let decisions: DecisionEdge;
let browser: Browser;
let site: Site;
let context: BrowserContext;
let tab: Page;
let errors: string[];
/** The operations that the page has posted. */
let sent: { type: string; id: string; name?: string; props?: object; set?: object; userId?: string }[];

beforeAll(async () => {
  decisions = await startDecisionEdge(DEFINITIONS);
  browser = await launchBrowser();
  const files = new Map([["page.js", await bundlePage("openfeature/page.ts")]]);
  site = await serveSite(files, decisions.edge.url);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  site?.close();
  await decisions?.edge.stop();
});

beforeEach(async () => {
  context = await browser.newContext();
  errors = watchErrors(context);
  sent = [];
  context.on("request", (request) => {
    if (request.method() === "POST") sent.push(...(request.postDataJSON()?.ops ?? []));
  });
  tab = await context.newPage();
  await open();
});

afterEach(async () => {
  await context.close();
  expect(errors).toEqual([]);
});

async function open(): Promise<void> {
  await tab.goto(site.url);
  await tab.waitForSelector("html[data-ready]", { state: "attached" });
}

/** A page whose provider is ready for a user. */
async function start(user: { targetingKey?: string; plan?: string } = {}): Promise<void> {
  await tab.evaluate(
    async ([options, user]) => {
      await page.OpenFeature.setProviderAndWait(page.open(options).provider, user);
    },
    [decisions.options, user] as const,
  );
}

test("flags of each type come with variant, reason and what decided them", async () => {
  await start({ targetingKey: "types", plan: "pro" });
  const [boolean, string, object, number] = await tab.evaluate(() => [
    page.flags.getBooleanDetails("checkout", false),
    page.flags.getStringDetails("headline", ""),
    page.flags.getObjectDetails("theme", {}),
    page.flags.getNumberDetails("limit", 1),
  ]);
  expect(boolean).toEqual({
    flagKey: "checkout",
    value: true,
    variant: "on",
    reason: "TARGETING_MATCH",
    flagMetadata: { rule: "pros", segmentVersion: "pro@1" },
  });
  expect(string).toMatchObject({
    variant: string?.value === "Hello" ? "short" : "long",
    reason: "SPLIT",
    flagMetadata: { rule: "headlines", experiment: "headlines", iteration: 1 },
  });
  expect(object).toMatchObject({ value: { accent: "blue" }, variant: "dark", reason: "DEFAULT" });
  expect(number).toMatchObject({ value: 10, variant: "ten" });
});

test("what cannot be decided is the caller's value, with OpenFeature's code", async () => {
  await start({ targetingKey: "codes" });
  const details = await tab.evaluate(() =>
    [
      page.flags.getBooleanDetails("nothing", true),
      page.flags.getBooleanDetails("__proto__", true),
      page.flags.getStringDetails("checkout", "mine"),
      page.flags.getObjectDetails("limit", [1]),
      page.flags.getNumberDetails("theme", 7),
    ].map(({ value, reason, errorCode }) => [value, reason, errorCode]),
  );
  expect(details).toEqual([
    [true, "ERROR", "FLAG_NOT_FOUND"],
    [true, "ERROR", "FLAG_NOT_FOUND"],
    ["mine", "ERROR", "TYPE_MISMATCH"],
    [[1], "ERROR", "TYPE_MISMATCH"],
    [7, "ERROR", "TYPE_MISMATCH"],
  ]);
});

test("an evaluation exposes once, and tracking reaches the edge with its value", async () => {
  await start({ targetingKey: "tracking" });
  await tab.evaluate(async () => {
    page.flags.getStringValue("headline", "");
    page.flags.getStringValue("headline", "");
    page.flags.track("bought", { value: 99.9, currency: "EUR" });
    await page.OpenFeature.close();
  });
  expect(sent.filter(({ name }) => name === "$exposure")).toHaveLength(1);
  const bought = sent.filter(({ name }) => name === "bought");
  expect(bought).toMatchObject([{ props: { value: 99.9, currency: "EUR" }, userId: "tracking" }]);
});

test("the context is the user: log-in, traits, log-out", async () => {
  await start();
  const steps = await tab.evaluate(async () => {
    const { OpenFeature, flags, heard } = page;
    const step = async (context: { targetingKey?: string; plan?: string | null }) => {
      heard.length = 0;
      await OpenFeature.setContext(context);
      const { variant, reason } = flags.getBooleanDetails("checkout", false);
      return [variant, reason, heard.filter((event) => !event.startsWith("PROVIDER_CONFIGURATION"))];
    };
    return [
      await step({ targetingKey: "context" }),
      await step({ targetingKey: "context", plan: "pro" }),
      await step({ targetingKey: "context" }),
      await step({ targetingKey: "context", plan: null }),
      await step({ targetingKey: "context", plan: "pro" }),
      await step({}),
    ];
  });
  const waited = ["PROVIDER_RECONCILING", "PROVIDER_CONTEXT_CHANGED"];
  const atOnce = ["PROVIDER_CONTEXT_CHANGED"];
  expect(steps).toEqual([
    ["off", "DEFAULT", waited],
    ["on", "TARGETING_MATCH", atOnce],
    // A trait stays until it is written: a context that does not name it says nothing of it.
    ["on", "TARGETING_MATCH", atOnce],
    ["off", "DEFAULT", atOnce],
    ["on", "TARGETING_MATCH", atOnce],
    ["off", "DEFAULT", waited],
  ]);
});

test("what the edge knows of the user already is not sent again", async () => {
  const who = { targetingKey: "known", plan: "pro" };
  await start(who);
  await tab.evaluate(() => page.OpenFeature.close());
  expect(sent.filter(({ set }) => set && Object.keys(set).length)).toMatchObject([{ set: { plan: "pro" } }]);
  sent.length = 0;
  await open();
  await start(who);
  await tab.evaluate(() => page.OpenFeature.close());
  expect(sent).toEqual([]);
});

test("a change names the flags that were asked for and are another now", async () => {
  await start({ targetingKey: "changes" });
  const heard = await tab.evaluate(async () => {
    page.flags.getBooleanValue("checkout", false);
    page.flags.getNumberValue("limit", 0);
    page.heard.length = 0;
    const changed = page.hear("ConfigurationChanged");
    await page.OpenFeature.setContext({ targetingKey: "changes", plan: "pro" });
    await changed;
    return page.heard.filter((event) => event.startsWith("PROVIDER_CONFIGURATION"));
  });
  expect(heard).toEqual(["PROVIDER_CONFIGURATION_CHANGED checkout"]);
  const limit = DEFINITIONS["/v1/flags/limit"];
  await tab.evaluate(() => {
    page.heard.length = 0;
  });
  // Pushed, or fetched by the flush.
  await decisions.put("/v1/flags/other", { ...limit, otherwise: "none" });
  await decisions.put("/v1/flags/limit", { ...limit, otherwise: "none" });
  await tab.evaluate(() => page.client?.flush());
  await tab.waitForFunction(() => page.heard.length > 0);
  const later = await tab.evaluate(() => [...page.heard, page.flags.getNumberValue("limit", 1)]);
  await decisions.put("/v1/flags/limit", limit);
  expect(later).toEqual(["PROVIDER_CONFIGURATION_CHANGED limit", 0]);
});

test("what the device knows is ready without a network; where it knows nothing, once there is one", async () => {
  await start({ targetingKey: "offline" });
  await tab.evaluate(() => page.OpenFeature.close());
  await open();
  await context.route(`${decisions.edge.url}/**`, (route) => route.abort());
  await start({ targetingKey: "offline" });
  expect(await tab.evaluate(() => page.flags.getBooleanDetails("checkout", true))).toMatchObject({
    value: false,
    reason: "DEFAULT",
  });
  const fresh = await tab.evaluate(async (options) => {
    const { provider } = page.open({ ...options, storage: "memory" });
    const failure = await page.OpenFeature.setProviderAndWait("fresh", provider, {}).catch(String);
    const flags = page.OpenFeature.getClient("fresh");
    return [failure, flags.providerStatus, flags.getBooleanDetails("checkout", true)] as const;
  }, decisions.options);
  expect(fresh).toMatchObject([
    expect.stringContaining("knows nothing"),
    "ERROR",
    { value: true, reason: "ERROR", errorCode: "PROVIDER_NOT_READY" },
  ]);
  await context.unroute(`${decisions.edge.url}/**`);
  const later = await tab.evaluate(async () => {
    const flags = page.OpenFeature.getClient("fresh");
    const ready = page.hear("Ready");
    await page.client?.flush();
    await ready;
    return [flags.providerStatus, flags.getBooleanValue("checkout", true)];
  });
  expect(later).toEqual(["READY", false]);
});

test("without a network flags are stale until it is back", async () => {
  await start({ targetingKey: "stale" });
  await context.setOffline(true);
  await tab.waitForFunction(() => page.flags.providerStatus === "STALE");
  expect(await tab.evaluate(() => page.flags.getBooleanDetails("checkout", true).value)).toBe(false);
  await context.setOffline(false);
  await tab.waitForFunction(() => page.flags.providerStatus === "READY");
});

test("a provider that was closed breaks nothing, and can be used again", async () => {
  const values = await tab.evaluate(async (options) => {
    const { client, provider } = page.open(options);
    const { OpenFeature, flags } = page;
    await OpenFeature.setProviderAndWait(provider, { targetingKey: "closed" });
    await OpenFeature.clearProviders();
    await client.track("still there");
    const other = flags.getBooleanDetails("checkout", true);
    await OpenFeature.setProviderAndWait(provider);
    return [other.value, flags.getBooleanDetails("checkout", true).value, client.status.pending];
  }, decisions.options);
  expect(values?.slice(0, 2)).toEqual([true, false]);
});
