import { env } from "cloudflare:workers";
import { type CreatedKey, type RulesetEvent, rulesetEvent } from "@muster/rules/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestEdge } from "../../test/edge.ts";
import type { Listener } from "../../test/listener.ts";

let edge: TestEdge;
const listeners: Listener[] = [];
beforeEach(async () => {
  edge = await TestEdge.create();
});
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

async function listen(...args: Parameters<TestEdge["listen"]>): Promise<Listener> {
  const listener = await edge.listen(...args);
  listeners.push(listener);
  return listener;
}

/** What the next event says of definitions. */
async function nextRuleset(listener: Listener): Promise<RulesetEvent> {
  const event = await listener.next();
  expect(event?.type).toBe("ruleset");
  return rulesetEvent.parse(event?.data);
}

const buys = (value: number) => ({ event: "buy", op: "gte", value }) as const;

describe("a stream of changes", () => {
  it("says which definitions there are, and brings those that replace them", async () => {
    const listener = await listen("/v1/changes", { key: await edge.key("secret") });
    const first = await nextRuleset(listener);
    expect(first).toEqual({ version: expect.any(String), ruleset: null, after: null });
    await edge.segment("buyer", buys(1));
    const second = await nextRuleset(listener);
    const { body } = await edge.call("GET", "/v1/ruleset", undefined, { key: await edge.key("secret") });
    expect(second).toMatchObject({ ruleset: body, after: first.version });
    await edge.segment("fan", buys(9));
    expect(await nextRuleset(listener)).toMatchObject({ after: second.version });
  });

  it("is one that nobody keeps or holds back, and that pages of any origin may read", async () => {
    const key = await edge.key("publishable");
    const { response } = await listen(`/v1/changes?key=${key}`, { key: null });
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      "access-control-allow-origin": "*",
    });
  });

  it("is told to come back after a while of its own", async () => {
    const retries = new Set<string | undefined>();
    for (let count = 0; count < 5; count++) {
      const block = await (await listen("/v1/changes")).nextBlock();
      retries.add(/^retry: (\d{4})$/m.exec(block ?? "")?.[1]);
    }
    expect(retries.has(undefined)).toBe(false);
    expect(retries.size).toBeGreaterThan(1);
  });

  it("of a browser brings nothing of what is kept at the edge (law 7)", async () => {
    await edge.call("PATCH", "/v1/workspace", { personalTraits: ["mail"] });
    const key = await edge.key("publishable");
    const browser = await listen(`/v1/changes?key=${key}`, { key: null });
    const server = await listen("/v1/changes", { key: await edge.key("secret") });
    await nextRuleset(browser);
    await nextRuleset(server);
    await edge.segment("hidden", { event: "hush", op: "gte", value: 1 }, { private: true });
    await edge.segment("mailed", { trait: "mail", op: "eq", value: "a@b.example" });
    await edge.segment("listed", null, { type: "static", members: ["somebody"] });
    for (let count = 0; count < 3; count++) {
      expect(JSON.stringify(await nextRuleset(browser))).not.toMatch(/hush|a@b\.example|somebody/);
    }
    const known = JSON.stringify([await nextRuleset(server), await nextRuleset(server)]);
    expect(known).toMatch(/hush/);
    expect(known).toMatch(/a@b\.example/);
  });

  it("tells that answers may have changed, although what ships to browsers has not", async () => {
    await edge.segment("hidden", buys(1), { private: true });
    const key = await edge.key("publishable");
    const listener = await listen(`/v1/changes?key=${key}`, { key: null });
    const first = await listener.next();
    await edge.call("PATCH", "/v1/segments/hidden", { rule: buys(2) });
    const second = await listener.next();
    const { version } = rulesetEvent.parse(first?.data);
    expect(second?.data).toMatchObject({ version, after: version });
    expect(second?.id).not.toBe(first?.id);
  });

  it("says nothing of what decides nothing", async () => {
    await edge.segment("buyer", buys(1));
    const listener = await listen("/v1/changes");
    await nextRuleset(listener);
    await edge.call("PATCH", "/v1/segments/buyer", { name: "Buyers" });
    await edge.segment("fan", buys(9));
    expect(JSON.stringify(await nextRuleset(listener))).toContain("fan");
  });

  it("only announces definitions that are too large", async () => {
    const listener = await listen("/v1/changes");
    const { version } = await nextRuleset(listener);
    const value = Array.from({ length: 10_000 }, (_, index) => `${index}`.padStart(60, "x"));
    await edge.segment("large", { trait: "sku", op: "in", value });
    const second = await nextRuleset(listener);
    expect(second).toMatchObject({ ruleset: null, after: version });
    expect(second.version).not.toBe(version);
  });

  it("for OFREP is silent until something changes, also for who missed nothing", async () => {
    const key = await edge.key("publishable");
    const listener = await listen(`/v1/changes?for=ofrep&key=${key}`, { key: null });
    const [, id] = /\nid: (\d+)$/.exec((await listener.nextBlock()) ?? "") ?? [];
    const headers = { "last-event-id": id ?? "" };
    const back = await listen(`/v1/changes?for=ofrep&key=${key}`, { key: null, headers });
    await edge.segment("buyer", buys(1));
    for (const one of [listener, back]) {
      const event = await one.next();
      expect(event).toMatchObject({
        type: "message",
        data: {
          type: "refetchEvaluation",
          etag: expect.stringMatching(/^"\w+"$/),
          lastModified: Math.floor(Number(event?.id) / 1_000),
        },
      });
    }
    const late = await listen(`/v1/changes?for=ofrep&key=${key}`, { key: null, headers });
    expect(await late.next()).toMatchObject({ data: { type: "refetchEvaluation" } });
  });

  it("tells who came to it while definitions changed of those that there are", async () => {
    const [one, other] = await Promise.all([listen("/v1/changes"), edge.segment("buyer", buys(1))]);
    let event = await nextRuleset(one);
    const { body } = await edge.call<{ version: string }>("GET", "/v1/ruleset");
    if (event.version !== body.version) event = await nextRuleset(one);
    expect([event.version, other]).toEqual([body.version, undefined]);
  });

  it("is found on each of several objects", async () => {
    edge.bindings = { CHANGES_HUBS: "3" };
    const all = await Promise.all(Array.from({ length: 12 }, () => listen("/v1/changes")));
    for (const listener of all) await nextRuleset(listener);
    await edge.segment("buyer", buys(1));
    for (const listener of all) expect(JSON.stringify(await nextRuleset(listener))).toContain("buyer");
  });
});

describe("who may listen", () => {
  it.each([
    ["no key", "/v1/changes", null, 401, "key-missing"],
    ["an unknown key", "/v1/changes", "mst_sec_x", 401, "key-unknown"],
    ["an unknown key in the address", "/v1/changes?key=mst_pub_x", null, 401, "key-unknown"],
    ["the root's key in the address", `/v1/changes?key=${env.ADMIN_KEY}`, null, 403, "wrong-key-kind"],
    ["a form that nobody knows", "/v1/changes?for=you", env.ADMIN_KEY, 400, "invalid-parameter"],
  ])("%s is refused", async (_, path, key, status, code) => {
    const answer = await edge.call("GET", path, undefined, { key });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it("a secret key may not stand in an address, which lands in logs", async () => {
    const path = `/v1/changes?key=${await edge.key("secret")}`;
    const { status, body } = await edge.call("GET", path, undefined, { key: null });
    expect([status, body.code]).toEqual([403, "wrong-key-kind"]);
  });

  it("a revoked key hears nothing more, and others go on", async () => {
    const { body } = await edge.call<CreatedKey>("POST", "/v1/keys", { kind: "secret", name: "old" });
    const old = await listen("/v1/changes", { key: body.key });
    const other = await listen("/v1/changes", { key: await edge.key("secret") });
    const root = await listen("/v1/changes");
    for (const listener of [old, other, root]) await nextRuleset(listener);
    await edge.call("DELETE", `/v1/keys/${body.id}`);
    expect(await old.next()).toBeUndefined();
    await edge.segment("buyer", buys(1));
    for (const listener of [other, root]) {
      expect(JSON.stringify(await nextRuleset(listener))).toContain("buyer");
    }
    const again = await edge.call("GET", "/v1/changes", undefined, { key: body.key });
    expect([again.status, again.body.code]).toEqual([401, "key-revoked"]);
  });

  it("nobody, where the deployment binds no object", async () => {
    edge.bindings = { CHANGES: undefined };
    const { status, body } = await edge.call("GET", "/v1/changes");
    expect([status, body.code]).toEqual([404, "not-found"]);
    await edge.segment("buyer", buys(1));
  });
});
