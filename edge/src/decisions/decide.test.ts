import { env } from "cloudflare:workers";
import { LIMITS } from "@muster/rules";
import type { DecideRequest, DecideResponse } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { setTraits, TestEdge, track, watchCalls } from "../../test/edge.ts";
import { booleanFlag, experimentOn } from "../../test/flags.ts";
import { putDecisions } from "../../test/put-decisions.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

async function decide(request: DecideRequest) {
  const options = { key: await edge.key("secret") };
  const { status, body } = await edge.call<DecideResponse>("POST", "/v1/decide", request, options);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

const HOUR = 3_600_000;
const bought = { event: "buy", within: { hours: 1 }, op: "gte", value: 1 } as const;
const flags = {
  buyers: booleanFlag([{ key: "buyers", audience: { include: ["buyers"] }, variation: "on" }]),
  pros: booleanFlag([
    { key: "p", audience: { rule: { trait: "plan", op: "eq", value: "pro" } }, variation: "on" },
  ]),
};
const campaigns = {
  hello: {
    kind: "prompt",
    placement: "home",
    enabled: true,
    content: { title: "Hello" },
    audience: { include: ["buyers"] },
    trigger: { on: "delay", after: { seconds: 5 } },
  },
} as const;

describe("POST /v1/decide", () => {
  beforeEach(async () => {
    await edge.segment("buyers", bought);
    await putDecisions(edge, { flags, campaigns });
  });

  it("decides all flags and placements, or those that are asked for", async () => {
    const buy = track({ userId: "ann" }, "buy");
    await edge.batch(buy);
    const { version } = (await edge.call<{ version: string }>("GET", "/v1/ruleset")).body;
    expect(await decide({ userId: "ann" })).toEqual({
      now: edge.now,
      version,
      known: true,
      flags: {
        buyers: {
          flag: "buyers",
          value: true,
          variation: "on",
          reason: "TARGETING_MATCH",
          rule: "buyers",
          segmentVersion: "buyers@1",
          until: buy.ts + HOUR,
        },
        pros: { flag: "pros", value: false, variation: "off", reason: "DEFAULT", until: null },
      },
      prompts: { home: { placement: "home", reason: "DEFAULT", until: null } },
    });
    const some = await decide({ userId: "ann", flags: ["none", "pros", "__proto__"], placements: ["away"] });
    expect(Object.keys(some.flags)).toEqual(["none", "pros", "__proto__"]);
    expect(some.flags.none).toEqual({
      flag: "none",
      reason: "ERROR",
      errorCode: "FLAG_NOT_FOUND",
      until: null,
    });
    expect(some.prompts).toEqual({ away: { placement: "away", reason: "DEFAULT", until: null } });
  });

  it("knows of a page what it is told", async () => {
    await edge.batch(track({ userId: "ann" }, "buy"));
    const home = async (shownAt: number) =>
      (await decide({ userId: "ann", flags: [], moment: { shownAt } })).prompts.home?.campaign;
    expect([await home(edge.now - 4_999), await home(edge.now - 5_000)]).toEqual([undefined, "hello"]);
  });

  it("takes traits for this answer only, also of nobody in particular", async () => {
    await edge.batch(setTraits({ userId: "ann" }, { plan: "pro" }));
    const pros = async (more: DecideRequest) =>
      (await decide({ flags: ["pros"], ...more })).flags.pros?.value;
    expect(await pros({ userId: "ann" })).toBe(true);
    expect(await pros({ userId: "ann", traits: { plan: "free" } })).toBe(false);
    expect(await pros({ userId: "bob", traits: { plan: "pro" } })).toBe(true);
    expect(await pros({ traits: { plan: "pro" } })).toBe(true);
    expect(await pros({})).toBe(false);
    expect((await decide({ userId: "bob" })).known).toBe(false);
    expect(await env.DB.prepare("select count(*) as n from profiles").first("n")).toBe(1);
  });

  it("answers as of an instant before", async () => {
    const buy = track({ userId: "ann" }, "buy", { ts: edge.now - 3 * HOUR });
    await edge.batch(buy);
    const buyers = async (at: number) => (await decide({ userId: "ann", at })).flags.buyers?.value;
    const answers = [];
    for (const at of [buy.ts - 1, buy.ts, buy.ts + HOUR - 1, buy.ts + HOUR]) answers.push(await buyers(at));
    expect(answers).toEqual([false, true, true, false]);
    const { status, body } = await edge.call("POST", "/v1/decide", { userId: "ann", at: edge.now + 1 });
    expect([status, body.path]).toEqual([422, "/at"]);
  });

  it("explains the segments that were read, and no others", async () => {
    await edge.segment("unread", { event: "other", op: "gte", value: 1 });
    await edge.batch(track({ userId: "ann" }, "buy"), track({ userId: "ann" }, "buy"));
    const { segments } = await decide({ userId: "ann", flags: ["buyers"], placements: [], explain: true });
    expect(Object.keys(segments ?? {})).toEqual(["$flag/buyers/buyers"]);
    expect(JSON.stringify(segments)).toContain('"operand":2');
    expect(await decide({ userId: "ann" })).not.toHaveProperty("segments");
  });

  it("lets overrides stand over the definitions, and ignores what they lack", async () => {
    const overrides = {
      flags: { buyers: "on", pros: "none", missing: "on" },
      campaigns: { hello: true },
    };
    const { flags, prompts } = await decide({ overrides });
    expect([flags.buyers?.reason, flags.pros?.reason]).toEqual(["STATIC", "DEFAULT"]);
    expect(prompts.home).toMatchObject({ campaign: "hello", reason: "STATIC", content: { title: "Hello" } });
    const own = '{"overrides":{"flags":{"__proto__":"on","constructor":"on"}}}';
    expect((await edge.call("POST", "/v1/decide", undefined, { raw: own })).status).toBe(200);
  });

  it.each([
    [{ flags: ["x".repeat(LIMITS.name + 1)] }, "/flags/0"],
    [{ flags: Array.from({ length: LIMITS.page + 1 }, () => "x") }, "/flags"],
    [{ placements: "home" }, "/placements"],
    [{ overrides: { flags: { a: 1 } } }, "/overrides/flags/a"],
    [{ overrides: { campaigns: { a: "yes" } } }, "/overrides/campaigns/a"],
    [{ moment: { shownAt: "now" } }, "/moment/shownAt"],
    [{ colour: "red" }, "/colour"],
  ])("refuses %j at %s", async (body, path) => {
    const answer = await edge.call("POST", "/v1/decide", body);
    expect([answer.status, answer.body.path]).toEqual([422, path]);
  });
});

describe("a decision at the edge", () => {
  it("exposes nobody, and is settled once somebody was exposed", async () => {
    await putDecisions(edge, experimentOn("tested"));
    const ask = async () => (await decide({ userId: "ann" })).flags.tested;
    const assigned = (await ask())?.assignment;
    expect(assigned?.settled).toBe(false);
    expect((await ask())?.assignment).toEqual(assigned);
    const { settled, ...props } = { ...assigned };
    await edge.batch(track({ userId: "ann" }, "$exposure", { props }));
    expect((await ask())?.assignment).toEqual({ ...assigned, settled: true });
  });

  it("remembers a device's exposure as of an instant too", async () => {
    await putDecisions(edge, experimentOn("tested", { unit: "device" }));
    const body = { context: { targetingKey: "ann", anonymousId: "kiosk" } };
    await edge.call("POST", "/ofrep/v1/evaluate/flags/tested", body);
    const settled = async (at?: number) =>
      (await decide({ anonymousId: "kiosk", ...(at !== undefined && { at }) })).flags.tested?.assignment
        ?.settled;
    expect([await settled(), await settled(edge.now), await settled(edge.now - 1)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("takes one read batch, however much is asked for, and none that writes", async () => {
    await edge.segment("buyers", bought);
    await putDecisions(edge, { ...experimentOn("tested", { unit: "device" }), campaigns });
    await decide({ userId: "ann", anonymousId: "d" });
    const watched = watchCalls(env.DB);
    edge.db = watched.db;
    await decide({ userId: "ann", anonymousId: "d" });
    expect(watched.calls).toEqual(["batch"]);
    expect(watched.rows).toBe(0);
  });
});

describe("an exposure that a fast clock has stamped", () => {
  it("binds at once, and is as late as any that the edge has taken", async () => {
    await putDecisions(edge, experimentOn("f"));
    const [first] = Object.values((await decide({ userId: "ann" })).flags);
    const drawn = first?.variation;
    const other = ["on", "off"].find((arm) => arm !== drawn);
    const props = { flag: "f", experiment: "exp", iteration: 1, variation: other, unit: "ann" };
    await edge.batch(track({ userId: "ann" }, "$exposure", { ts: edge.now + 9_000, props }));
    edge.now += 1;
    await edge.batch(
      track({ userId: "ann" }, "$exposure", { ts: edge.now, props: { ...props, variation: drawn } }),
    );
    for (const after of [0, 60_000]) {
      edge.now += after;
      const [decided] = Object.values((await decide({ userId: "ann" })).flags);
      expect(decided?.assignment).toMatchObject({ variation: other, settled: true });
    }
  });
});
