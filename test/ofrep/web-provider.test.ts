import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { launchBrowser } from "../launch-browser.ts";
import { FLAGS, type FlagsEdge, HALVES, startFlagsEdge } from "./flags-edge.ts";
import { servePage, Visitor } from "./visitor.ts";

vi.setConfig({ testTimeout: 60_000 });

let edge: FlagsEdge;
let browser: Browser;
let page: Awaited<ReturnType<typeof servePage>>;
beforeAll(async () => {
  [edge, browser] = await Promise.all([startFlagsEdge(), launchBrowser()]);
  page = await servePage(edge);
});
afterAll(async () => {
  await page?.close();
  await browser?.close();
  await edge?.stop();
});

async function enter(to: { url: string } = page): Promise<Visitor> {
  const visitor = await Visitor.enter(browser, to.url);
  onTestFinished(() => visitor.leave());
  return visitor;
}

const at = () => ({ url: edge.url, key: edge.publishable });
const ann = { targetingKey: "ann", plan: "pro" };
const isNew = (visitor: Visitor) => visitor.ask((client) => client.boolean("is-new", false).value);

test("values of all types with why, and defaults where there is no answer", async () => {
  await edge.put({ flags: FLAGS });
  const visitor = await enter();
  expect(await visitor.start(at(), ann)).toBeNull();
  const values = await visitor.ask((client) => [
    client.boolean("is-new", false).value,
    client.string("title", "?").value,
    client.number("limit", 7).value,
    client.object("layout").value,
  ]);
  expect(values).toEqual([true, "Welcome", 0.5, { columns: [1, { wide: null }] }]);
  expect(await visitor.ask((client) => client.boolean("is-new", false))).toMatchObject({
    variant: "on",
    reason: "TARGETING_MATCH",
    flagMetadata: { rule: "pros" },
  });
  expect(await visitor.ask((client) => client.boolean("dark", true))).toMatchObject({
    value: false,
    reason: "DISABLED",
  });
  expect(await visitor.ask((client) => client.string("none", "?"))).toMatchObject({
    value: "?",
    errorCode: "FLAG_NOT_FOUND",
  });
  expect(await visitor.ask((client) => client.string("limit", "?"))).toMatchObject({
    value: "?",
    errorCode: "TYPE_MISMATCH",
  });
  expect(visitor.answers.map(({ status }) => status)).toEqual([200]);
  expect(visitor.complaints).toEqual([]);
});

test("a page learns at its start that its key or its context is wrong", async () => {
  const stranger = await enter();
  expect(await stranger.start({ url: edge.url, key: "mst_pub_none" }, ann)).toMatch(/^FATAL /);
  expect(await stranger.ask((client) => client.boolean("is-new", true).value)).toBe(true);
  const long = await enter();
  expect(await long.start(at(), { targetingKey: "x".repeat(257) })).toMatch(/^ERROR /);
  expect([stranger.answers[0]?.status, long.answers[0]?.status]).toEqual([401, 400]);
});

test("a poll costs a 304 until an answer is another", async () => {
  await edge.put({ flags: FLAGS });
  const visitor = await enter();
  await visitor.start({ ...at(), pollInterval: 200, changeDetection: "polling" }, ann);
  await expect.poll(() => visitor.answers.length, { timeout: 20_000 }).toBeGreaterThan(3);
  const before = visitor.answers.map(({ status }) => status);
  expect(before).toEqual([200, ...before.slice(1).map(() => 304)]);
  expect((await visitor.ask((client) => client.events())).changed).toEqual([]);
  await edge.put({
    flags: { ...FLAGS, title: { ...FLAGS.title, enabled: false } as (typeof FLAGS)[string] },
  });
  await expect
    .poll(() => visitor.ask((client) => client.string("title", "?").value), { timeout: 20_000 })
    .toBe("");
  const { changed, stale } = await visitor.ask((client) => client.events());
  expect([changed, stale]).toEqual([[["title"]], 0]);
  expect(visitor.answers.filter(({ status }) => status === 200)).toHaveLength(2);
});

test.each(["local-cache-first", "network-first", "disabled"] as const)(
  "another trait of the same user is another answer (%s)",
  async (cacheMode) => {
    await edge.put({ flags: FLAGS });
    const visitor = await enter();
    await visitor.start(
      { ...at(), cacheMode, changeDetection: "none" },
      { targetingKey: "ann", plan: "free" },
    );
    expect(await isNew(visitor)).toBe(false);
    await visitor.setContext(ann);
    await expect.poll(() => isNew(visitor), { timeout: 20_000 }).toBe(true);
    await visitor.setContext({ targetingKey: "ann", plan: "free" });
    await expect.poll(() => isNew(visitor), { timeout: 20_000 }).toBe(false);
  },
);

test("a change of definitions reaches an open page by the event stream", async () => {
  await edge.put({ flags: FLAGS });
  const visitor = await enter();
  await visitor.start(at(), { targetingKey: "bob" });
  expect(await visitor.ask((client) => client.string("title", "?").value)).toBe("");
  const change = (otherwise: string) =>
    edge.put({ flags: { ...FLAGS, title: { ...FLAGS.title, otherwise } as (typeof FLAGS)[string] } });
  // Whether the stream is open a page does not say: something changes until it has heard of it.
  let isOn = false;
  await expect
    .poll(
      async () => {
        isOn = !isOn;
        await change(isOn ? "on" : "off");
        return visitor.answers.length;
      },
      { timeout: 30_000, interval: 500 },
    )
    .toBeGreaterThan(1);
  await change("on");
  await expect
    .poll(() => visitor.ask((client) => client.string("title", "?").value), { timeout: 20_000 })
    .toBe("Welcome");
  expect(visitor.answers[1]?.query).toMatch(/^\?flagConfigEtag=.+&flagConfigLastModified=\d+$/);
  expect(visitor.complaints).toEqual([]);
});

test("a page that was told to wait does so, and keeps its values", async () => {
  const limited = await startFlagsEdge({ rateLimit: { limit: 3, period: 60 } });
  const served = await servePage(limited);
  try {
    await limited.put({ flags: FLAGS });
    const visitor = await enter(served);
    const options = { url: limited.url, key: limited.publishable };
    await visitor.start({ ...options, pollInterval: 100, changeDetection: "polling" }, ann);
    const refused = () => visitor.answers.filter(({ status }) => status === 429).length;
    await expect.poll(refused, { timeout: 20_000 }).toBe(1);
    const { length } = visitor.answers;
    await visitor.ask(() => new Promise((done) => setTimeout(done, 1_000)));
    expect(visitor.answers).toHaveLength(length);
    expect((await visitor.ask((client) => client.events())).stale).toBeGreaterThan(0);
    expect(await isNew(visitor)).toBe(true);
  } finally {
    await served.close();
    await limited.stop();
  }
});

test("all flags of a page expose nobody, and say how to", async () => {
  await edge.put(HALVES);
  const visitor = await enter();
  await visitor.start(at(), { targetingKey: "carl" });
  const details = await visitor.ask((client) => client.boolean("tested", false));
  const { experiment, iteration, unit, exposureId } = details.flagMetadata;
  expect(details.flagMetadata).toMatchObject({
    experiment: "exp",
    iteration: 1,
    unit: "carl",
    settled: false,
  });
  const settled = async () => {
    const body = { userId: "carl", flags: ["tested"] };
    const { flags } = await edge.call<{ flags: { tested: { assignment: { settled: boolean } } } }>(
      "POST",
      "/v1/decide",
      body,
    );
    return flags.tested.assignment.settled;
  };
  expect(await settled()).toBe(false);
  const props = { flag: "tested", experiment, iteration, variation: details.variant, unit };
  const exposure = {
    type: "track",
    id: exposureId,
    name: "$exposure",
    ts: Date.now(),
    userId: "carl",
    props,
  };
  const sync = await fetch(`${edge.url}/v1/sync`, {
    method: "POST",
    headers: { authorization: `Bearer ${edge.publishable}` },
    body: JSON.stringify({ anonymousId: "phone", userId: "carl", ops: [exposure] }),
  });
  expect(await sync.json()).toMatchObject({ acks: [{ status: "stored" }] });
  expect(await settled()).toBe(true);
});
