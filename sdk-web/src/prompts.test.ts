import type { Campaign } from "@muster/rules/decisions";
import { describe, expect, test } from "vitest";
import { allIn, DECISIONS } from "../test/decisions.ts";
import { settle } from "../test/fake-clock.ts";
import { MemoryStore } from "../test/memory-store.ts";
import { createRig, type Rig } from "../test/rig.ts";
import { PENDING } from "./bounds.ts";
import type { PromptAction } from "./client.ts";

/** What the edge was told of prompts and experiments, and what their actions track. */
function told({ edge }: Rig): unknown[] {
  return edge.taken.flatMap((op) =>
    op.type === "track" && op.name !== "view" ? [[op.name, op.props?.action ?? op.props?.variation]] : [],
  );
}

const banner: Campaign = {
  kind: "banner",
  placement: "top",
  enabled: true,
  content: { title: "Hello" },
};

describe("a prompt", () => {
  test("is decided at once, counted when it shows, and capped from then on, in every tab and after a reload", async () => {
    const rig = createRig({ decisions: DECISIONS });
    const [one, two] = [rig.open(), rig.open()];
    await Promise.all([one.flush(), two.ready]);
    const decision = one.prompt("home");
    expect(decision).toMatchObject({
      placement: "home",
      campaign: "welcome",
      kind: "prompt",
      content: { title: "Welcome" },
      reason: "TARGETING_MATCH",
    });
    expect(await one.showPrompt(decision)).toBe(true);
    await settle();
    for (const tab of [one, two]) expect(tab.prompt("home")).toMatchObject({ reason: "DEFAULT" });
    expect(await two.showPrompt(decision)).toBe(false);
    expect(await one.showPrompt(decision)).toBe(false);
    await one.close();
    await two.close();
    rig.edge.intercept = () => new Response("", { status: 503 });
    const next = rig.open();
    await next.ready;
    expect(next.prompt("home").campaign).toBeUndefined();
    rig.edge.intercept = () => undefined;
    await next.flush();
    expect(told(rig)).toEqual([["$prompt", "shown"]]);
    await next.close();
  });

  test.each([
    [
      "accepted",
      [
        ["$prompt", "accepted"],
        ["went", undefined],
      ],
    ],
    ["declined", [["$prompt", "declined"]]],
    ["dismissed", [["$prompt", "dismissed"]]],
  ] as [PromptAction, unknown[]][])(
    "%s is an event, and so is what its action names",
    async (action, events) => {
      const rig = createRig({
        decisions: DECISIONS,
        ruleset: {
          zone: "UTC",
          segments: {
            undecided: {
              rule: {
                event: "$prompt",
                where: {
                  all: [
                    { prop: "campaign", op: "eq", value: "welcome" },
                    { prop: "action", op: "eq", value: "accepted" },
                  ],
                },
                op: "eq",
                value: 0,
              },
            },
          },
        },
      });
      const client = rig.open();
      await client.flush();
      const decision = client.prompt("home");
      await client.showPrompt(decision);
      await client.answerPrompt(decision, action);
      await client.flush();
      expect(told(rig)).toEqual([["$prompt", "shown"], ...events]);
      expect(client.isMember("undecided")).toBe(action !== "accepted");
      const props = rig.edge.taken.map((op) => op.type === "track" && op.name === "$prompt" && op.props);
      expect(props).toContainEqual({ campaign: "welcome", placement: "home", action });
      expect(rig.problems).toEqual([]);
    },
  );

  test("that two tabs want to begin at once begins in one", async () => {
    const rig = createRig({ decisions: DECISIONS });
    const tabs = Array.from({ length: 5 }, () => rig.open());
    await Promise.all(tabs.map((tab) => tab.flush()));
    await settle();
    const decisions = tabs.map((tab) => tab.prompt("home"));
    expect(new Set(decisions.map(({ campaign }) => campaign))).toEqual(new Set(["welcome"]));
    const claims = await Promise.all(
      tabs.map((tab, at) => tab.showPrompt(decisions[at] ?? tab.prompt("home"))),
    );
    expect(claims.filter((isMine) => isMine)).toHaveLength(1);
    await tabs[0]?.flush();
    expect(told(rig)).toEqual([["$prompt", "shown"]]);
  });

  test("is not begun where too much waits to keep that it was", async () => {
    const rig = createRig({ decisions: DECISIONS });
    const client = rig.open();
    await client.flush();
    rig.edge.intercept = () => new Response("", { status: 503 });
    const decision = client.prompt("home");
    for (let n = 0; n < PENDING; n++) void client.track("buy");
    await settle();
    expect(client.prompt("home").campaign).toBe("welcome");
    expect(await client.showPrompt(decision)).toBe(false);
    rig.edge.intercept = () => undefined;
    await client.flush();
    expect(await client.showPrompt(decision)).toBe(true);
    await client.close();
  });

  test("is not begun any more where something else has taken its place", async () => {
    const rig = createRig({ decisions: DECISIONS });
    const client = rig.open();
    await client.flush();
    const decision = client.prompt("home");
    rig.edge.define({});
    await client.track("view");
    await client.flush();
    expect(await client.showPrompt(decision)).toBe(false);
    expect(client.status.pending).toBe(0);
    await client.close();
    expect(await client.showPrompt(decision)).toBe(false);
  });

  test("for a visitor who is about to leave is there while they are, and may still be claimed afterwards", async () => {
    const rig = createRig({
      decisions: {
        campaigns: {
          stay: { ...banner, trigger: { on: "exit" }, priority: 1, caps: { once: true } },
          hello: banner,
        },
      },
    });
    const client = rig.open();
    await client.flush();
    expect(client.prompt("top")).toMatchObject({ campaign: "hello" });
    const decision = client.prompt("top", { leaving: true });
    expect(decision).toMatchObject({ campaign: "stay" });
    expect(await client.showPrompt(decision)).toBe(true);
    expect(client.prompt("top", { leaving: true })).toMatchObject({ campaign: "hello" });
  });

  test("with content by an experiment exposes to the arm that shows, once it shows", async () => {
    const rig = createRig({
      decisions: {
        experiments: { words: allIn("treatment", "s") },
        campaigns: {
          hello: {
            ...banner,
            experiment: { key: "words", contents: { treatment: { title: "Good day" } } },
          },
        },
      },
    });
    const client = rig.open();
    await client.flush();
    const decision = client.prompt("top");
    expect(decision).toMatchObject({ content: { title: "Good day" }, reason: "SPLIT" });
    await settle();
    expect(client.status.pending).toBe(0);
    expect(await client.showPrompt(decision)).toBe(true);
    expect(client.status.pending).toBe(2);
    expect(await client.showPrompt(client.prompt("top"))).toBe(true);
    await client.flush();
    expect(told(rig).sort()).toEqual([
      ["$exposure", "treatment"],
      ["$prompt", "shown"],
      ["$prompt", "shown"],
    ]);
    // Another arm's words are not claimed by this one's decision.
    const { assignment } = decision;
    if (!assignment) throw new Error("no assignment");
    const other = { ...decision, assignment: { ...assignment, variation: "control" } };
    expect(await client.showPrompt(other)).toBe(false);
  });

  test("is capped on another device of the user once that has synced", async () => {
    const rig = createRig({ decisions: DECISIONS });
    const phone = rig.open({ userId: "anna" }, new MemoryStore());
    await phone.flush();
    expect(await phone.showPrompt(phone.prompt("home"))).toBe(true);
    await phone.flush();
    await phone.close();
    const desktop = rig.open({}, new MemoryStore());
    await desktop.flush();
    const decision = desktop.prompt("home");
    expect(decision.campaign).toBe("welcome");
    await desktop.identify("anna");
    expect(desktop.prompt("home")).toMatchObject({ errorCode: "PROVIDER_NOT_READY" });
    expect(await desktop.showPrompt(decision)).toBe(false);
    await desktop.flush();
    expect(desktop.prompt("home")).toMatchObject({ reason: "DEFAULT" });
  });

  test("for everyone shows to who has refused to be remembered, and is not kept", async () => {
    const rig = createRig({ decisions: { campaigns: { hello: banner } } });
    const bootstrap = rig.edge.bootstrap({ anonymousId: "?" });
    const client = rig.open({ consent: "denied", bootstrap });
    await client.ready;
    const decision = client.prompt("top");
    expect(await client.showPrompt(decision)).toBe(true);
    await client.answerPrompt(decision, "dismissed");
    await client.flush();
    expect(client.status.pending).toBe(0);
    expect(rig.edge.requests).toEqual([]);
    expect([...(await rig.disk.read())]).toEqual([]);
  });

  test("shown while consent is pending is kept once it is granted", async () => {
    const rig = createRig({ decisions: DECISIONS });
    const bootstrap = rig.edge.bootstrap({ anonymousId: "?" });
    const client = rig.open({ consent: "pending", bootstrap });
    await client.ready;
    expect(await client.showPrompt(client.prompt("home"))).toBe(true);
    expect(client.prompt("home").campaign).toBeUndefined();
    expect([...(await rig.disk.read())]).toEqual([]);
    await client.setConsent("granted");
    expect(client.prompt("home").campaign).toBeUndefined();
    await client.flush();
    expect(told(rig)).toEqual([["$prompt", "shown"]]);
  });
});

describe("a preview", () => {
  test("shows what is chosen in spite of the rules, keeps nothing, and ends with its choices", async () => {
    const rig = createRig({
      decisions: { ...DECISIONS, campaigns: { ...DECISIONS.campaigns, top: { ...banner, enabled: true } } },
    });
    const client = rig.open({ overrides: { campaigns: { welcome: true } } });
    await client.flush();
    for (let n = 0; n < 2; n++) {
      const decision = client.prompt("home");
      expect(await client.showPrompt(decision)).toBe(true);
      await client.answerPrompt(decision, "accepted");
    }
    let calls = 0;
    client.subscribe(() => calls++);
    client.setOverrides({ flags: { everyone: "off" }, campaigns: { welcome: false } });
    await settle();
    expect(calls).toBe(1);
    expect(client.details("everyone", true)).toMatchObject({ value: false, reason: "STATIC" });
    expect(client.prompt("home").campaign).toBeUndefined();
    expect(client.status.pending).toBe(0);
    expect(
      JSON.stringify([...(await rig.disk.read())].filter(([key]) => key !== "definitions")),
    ).not.toContain("welcome");
    client.setOverrides({});
    expect(client.value("everyone", false)).toBe(true);
    // What is not chosen is real.
    client.setOverrides({ flags: { everyone: "off" } });
    expect(await client.showPrompt(client.prompt("home"))).toBe(true);
    expect(client.status.pending).toBe(1);
  });

  test("of garbage is reported and ignored; what nobody has defined means nothing", async () => {
    const rig = createRig({ decisions: DECISIONS });
    const client = rig.open({ overrides: { flags: { everyone: 5 } } as never });
    await client.flush();
    const circle: { [name: string]: unknown } = {};
    circle.flags = circle;
    for (const wrong of [
      null,
      5,
      "x",
      [],
      { flags: [] },
      { campaigns: { a: "b" } },
      { experiments: 1 },
      circle,
    ])
      client.setOverrides(wrong as never);
    expect(rig.problems.map(({ code, path }) => [code, path])).toEqual(
      Array(8).fill(["invalid-argument", "overrides"]),
    );
    expect(client.value("everyone", false)).toBe(true);
    client.setOverrides(
      JSON.parse('{"flags":{"__proto__":"x","everyone":"constructor"},"campaigns":{"x":true}}'),
    );
    expect(client.value("everyone", false)).toBe(true);
    expect(client.prompt("home").campaign).toBe("welcome");
  });
});
