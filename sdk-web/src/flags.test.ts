import { describe, expect, test } from "vitest";
import { DECISIONS } from "../test/decisions.ts";
import { settle } from "../test/fake-clock.ts";
import { MemoryStore, write } from "../test/memory-store.ts";
import { createRig } from "../test/rig.ts";
import type { MembershipChange } from "./decisions.ts";

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "\ud800", "$flag/viewers/r"];

describe("flags", () => {
  test("are the fallback until anything is known, and then decided without waiting", async () => {
    const { open } = createRig({ decisions: DECISIONS });
    const client = open();
    expect(client.value("everyone", false)).toBe(false);
    expect(client.details("everyone", false)).toEqual({
      flag: "everyone",
      value: false,
      reason: "ERROR",
      errorCode: "PROVIDER_NOT_READY",
      until: null,
    });
    expect(client.prompt("home")).toMatchObject({ placement: "home", errorCode: "PROVIDER_NOT_READY" });
    await client.flush();
    expect(client.value("everyone", false)).toBe(true);
    expect(client.value("viewers", false)).toBe(false);
    void client.track("view");
    void client.track("view");
    expect(client.details("viewers", false)).toMatchObject({
      value: true,
      variation: "on",
      reason: "TARGETING_MATCH",
      rule: "r",
    });
    expect(client.value("limits", null)).toEqual({ most: 1 });
    expect(client.details("everyone", "text")).toMatchObject({ value: "text", errorCode: "TYPE_MISMATCH" });
  });

  test("are decided again after a reload without network", async () => {
    const { edge, open } = createRig({ decisions: DECISIONS });
    const first = open();
    await first.setTraits({ plan: "pro" });
    await first.flush();
    await first.close();
    edge.intercept = () => new Response("", { status: 503 });
    const next = open();
    await next.ready;
    expect(next.value("limits", null)).toEqual({ most: 9 });
  });

  test("that are not there, or whose names are an object's, are the fallback, and no call throws", async () => {
    const { open } = createRig({ decisions: DECISIONS });
    const client = open();
    for (const isReady of [false, true]) {
      if (isReady) await client.flush();
      for (const name of [...NAMES, null, 5, Symbol("x"), { toString: 1 }]) {
        const key = name as string;
        expect(client.value(key, "mine")).toBe("mine");
        expect(client.details(key, 1, null as never).errorCode).toBe(
          isReady ? "FLAG_NOT_FOUND" : "PROVIDER_NOT_READY",
        );
        expect(client.prompt(key, null as never).campaign).toBeUndefined();
        expect(await client.showPrompt(client.prompt(key))).toBe(false);
      }
    }
    expect(await client.showPrompt(undefined as never)).toBe(false);
    await client.answerPrompt(null as never, "accepted");
    await client.answerPrompt({ campaign: "welcome" } as never, "constructor" as never);
    expect(client.status.pending).toBe(0);
  });

  test("of a bootstrap hold at once, with the segments that nobody else is shown", async () => {
    const { edge, open } = createRig({ decisions: DECISIONS });
    const device = open({ userId: "anna" }, new MemoryStore());
    await device.track("view");
    await device.track("view");
    await device.flush();
    await device.close();
    edge.intercept = () => new Response("", { status: 503 });
    const client = open({ bootstrap: edge.bootstrap({ userId: "anna", anonymousId: "?" }) });
    expect(client.value("viewers", false)).toBe(true);
    expect(client.value("everyone", false)).toBe(true);
    expect(client.prompt("home")).toMatchObject({ campaign: "welcome" });
    const arm = client.value("user", "");
    expect(["A", "B"]).toContain(arm);
    // Which device this is stands on its disk.
    expect(client.details("device", "")).toMatchObject({ value: "", errorCode: "PROVIDER_NOT_READY" });
    const seen = new Set<unknown>();
    client.subscribe(() => seen.add(client.value("user", "")));
    await client.ready;
    await settle();
    expect(client.value("viewers", false)).toBe(true);
    expect(["A", "B"]).toContain(client.value("device", ""));
    seen.add(client.value("user", ""));
    expect([...seen]).toEqual([arm]);
  });
});

test("segments that decisions became are nobody's business", async () => {
  const { edge, open } = createRig({ decisions: DECISIONS });
  const bootstrap = edge.bootstrap({ anonymousId: "?" });
  const changes: MembershipChange[] = [];
  for (const client of [open({ bootstrap }), open()]) {
    client.subscribe((change) => changes.push(change));
    expect(client.membership("$flag/viewers/r")).toMatchObject({ member: false, source: "unknown" });
    await client.track("view");
    await client.track("view");
    await client.flush();
    client.value("user", "");
    await settle();
    expect(client.isMember("$flag/viewers/r")).toBe(false);
    expect(client.membership("$flag/viewers/r")).toEqual({
      member: false,
      until: null,
      ready: true,
      source: "unknown",
    });
    expect([...client.memberships().keys()].filter((key) => key.startsWith("$"))).toEqual([]);
    await client.close();
  }
  const told = changes.flatMap(({ entered, left }) => [...entered, ...left]);
  expect(told).toContain("viewer");
  expect(told.filter((key) => key.startsWith("$"))).toEqual([]);
});

describe("listeners hear of flags and prompts", () => {
  /** A client that is at rest, and how often it has called its listener since. */
  async function listen(decisions = DECISIONS) {
    const rig = createRig({ decisions });
    const client = rig.open();
    await client.flush();
    await settle();
    let calls = 0;
    client.subscribe(() => calls++);
    return { ...rig, client, calls: () => calls };
  }

  test("when the time of a schedule, a start, an end or a delay comes, once each, without a request", async () => {
    const { clock, edge, client, calls } = await listen({
      flags: {
        f: {
          ...DECISIONS.flags?.everyone,
          type: "boolean",
          variations: { on: true, off: false },
          enabled: false,
          off: "off",
          otherwise: "on",
          scheduled: [{ at: Date.UTC(2026, 0, 1, 1), enabled: true, off: "off", otherwise: "on" }],
        },
      },
      campaigns: {
        c: {
          kind: "banner",
          placement: "p",
          enabled: true,
          content: { title: "C" },
          start: Date.UTC(2026, 0, 1, 2),
          end: Date.UTC(2026, 0, 1, 3),
        },
        d: {
          kind: "banner",
          placement: "q",
          enabled: true,
          content: { title: "D" },
          trigger: { on: "delay", after: { minutes: 30 } },
        },
      },
    });
    const { length } = edge.requests;
    const said = () => [
      client.value("f", undefined),
      client.prompt("p").campaign,
      client.prompt("q").campaign,
    ];
    expect(said()).toEqual([false, undefined, undefined]);
    expect(client.prompt("q").until).toBe(clock.now() + 1_800_000);
    await clock.pass(1_799_999);
    expect(calls()).toBe(0);
    await clock.pass(1);
    expect([calls(), said()]).toEqual([1, [false, undefined, "d"]]);
    await clock.pass(1_800_000);
    expect([calls(), said()]).toEqual([2, [true, undefined, "d"]]);
    await clock.pass(3_600_000);
    expect([calls(), said()]).toEqual([3, [true, "c", "d"]]);
    await clock.pass(3_600_000);
    expect([calls(), said()]).toEqual([4, [true, undefined, "d"]]);
    expect(edge.requests.length).toBe(length);
    // Another page begins its delay anew.
    await client.page();
    expect(said()).toEqual([true, undefined, undefined]);
    await clock.pass(1_800_000);
    expect(said()).toEqual([true, undefined, "d"]);
  });

  test("when a hidden segment's answer changes, by an event or by time, though no segment is entered", async () => {
    const { clock, client, calls } = await listen({
      flags: {
        f: {
          type: "boolean",
          variations: { on: true, off: false },
          enabled: true,
          off: "off",
          otherwise: "off",
          rules: [
            {
              key: "r",
              variation: "on",
              audience: { rule: { event: "ping", within: { minutes: 5 }, op: "gte", value: 1 } },
            },
          ],
        },
      },
    });
    await client.track("ping");
    expect([calls(), client.value("f", undefined)]).toEqual([1, true]);
    await client.flush();
    expect(calls()).toBe(1);
    await clock.pass(300_000);
    expect([calls(), client.value("f", undefined)]).toEqual([2, false]);
  });

  test("when definitions change", async () => {
    const { edge, client, calls } = await listen();
    edge.define({ flags: { everyone: { ...flag, otherwise: "off" } } });
    await client.track("ping");
    await client.flush();
    await settle();
    expect(calls()).toBe(1);
    expect(client.value("everyone", true)).toBe(false);
  });
  const flag = {
    type: "boolean",
    variations: { on: true, off: false },
    enabled: true,
    off: "off",
    otherwise: "on",
  } as const;

  test("not where nothing is defined", async () => {
    const { client, calls } = await listen({});
    await client.track("ping");
    await client.flush();
    expect(calls()).toBe(0);
  });
});

test("what an SDK kept that knew of no decisions is fetched anew, and nothing waits for it", async () => {
  const { disk, edge, problems, open } = createRig({ decisions: DECISIONS });
  const first = open();
  await first.track("view");
  await first.flush();
  await first.close();
  const { decisions, ...old } = (await disk.read()).get("definitions") as { decisions: unknown };
  expect(decisions).toBeDefined();
  await write(disk, [["definitions", old]]);
  const next = open();
  await next.ready;
  expect(next.details("everyone", false).errorCode).toBe("PROVIDER_NOT_READY");
  await next.flush();
  expect(edge.requests.at(-1)?.ruleset).toBe(null);
  expect(next.value("everyone", false)).toBe(true);
  expect(next.membership("recent")).toMatchObject({ member: true, source: "edge" });
  expect((await disk.read()).get("definitions")).toMatchObject({ decisions });
  expect(problems).toEqual([]);
});
