import type { DecisionDefinitions } from "@muster/rules/decisions";
import { describe, expect, test } from "vitest";
import { allIn, DECISIONS, flagOf } from "../test/decisions.ts";
import { settle } from "../test/fake-clock.ts";
import { MemoryStore } from "../test/memory-store.ts";
import type { ModelEdge } from "../test/model-edge.ts";
import { createRig } from "../test/rig.ts";
import { EXPOSURES } from "./bounds.ts";
import { SEEN } from "./records.ts";

/** What the edge holds of experiments: ids, each once. */
function exposuresIn(edge: ModelEdge): { id: string; unit: unknown; variation: unknown }[] {
  return edge.taken.flatMap((op) =>
    op.type === "track" && op.name === "$exposure"
      ? [{ id: op.id, unit: op.props?.unit, variation: op.props?.variation }]
      : [],
  );
}

/** How often exposures were sent. */
function sentTo(edge: ModelEdge): number {
  return edge.requests
    .flatMap(({ ops }) => ops)
    .filter((op) => op.type === "track" && op.name === "$exposure").length;
}

const FLAGS = ["user", "device"] as const;

describe.each(FLAGS)("an exposure, where the unit is the %s,", (flag) => {
  test("is one operation, however often the flag is used, in any tab, offline and over reloads", async () => {
    const { clock, edge, open } = createRig({ decisions: DECISIONS });
    const tabs = [open(), open()];
    await Promise.all(tabs.map((tab) => tab.flush()));
    edge.intercept = () => new Response("", { status: 503 });
    const values = new Set(tabs.flatMap((tab) => [tab.value(flag, ""), tab.value(flag, "")]));
    await settle();
    for (const tab of tabs) values.add(tab.value(flag, ""));
    expect(values.size).toBe(1);
    expect(tabs.map((tab) => tab.status.pending)).toEqual([1, 1]);
    expect(tabs[0]?.details(flag, "").assignment).toMatchObject({ settled: true, experiment: flag });
    for (const tab of tabs) await tab.close();

    const next = open();
    await next.ready;
    values.add(next.value(flag, ""));
    expect(next.status.pending).toBe(1);
    edge.intercept = () => undefined;
    await clock.pass(600_000);
    values.add(next.value(flag, ""));
    await next.close();
    const last = open();
    await last.ready;
    values.add(last.value(flag, ""));
    await last.flush();
    values.add(last.value(flag, ""));
    expect(values.size).toBe(1);
    expect(exposuresIn(edge)).toHaveLength(1);
    expect(last.status).toMatchObject({ pending: 0, mismatches: 0 });
    const { length } = edge.requests;
    last.value(flag, "");
    await last.flush();
    expect(edge.requests.slice(length).flatMap(({ ops }) => ops)).toEqual([]);
  });

  test("is stored once where the edge's answer is lost, and counts once here", async () => {
    const { edge, open } = createRig({ decisions: DECISIONS });
    const client = open();
    await client.flush();
    edge.deliver = () => {
      throw new TypeError("connection lost");
    };
    client.value(flag, "");
    await client.flush();
    expect(exposuresIn(edge)).toHaveLength(1);
    edge.deliver = () => {};
    client.value(flag, "");
    await client.flush();
    expect(sentTo(edge)).toBe(2);
    expect(exposuresIn(edge)).toHaveLength(1);
    expect(client.status).toMatchObject({ pending: 0, mismatches: 0 });
  });

  test("is not there where the decision is only looked at, or is an override's", async () => {
    const { open } = createRig({ decisions: DECISIONS });
    const client = open();
    await client.flush();
    const { assignment } = client.details(flag, "", { expose: false });
    expect(assignment).toMatchObject({ experiment: flag, settled: false });
    client.setOverrides({ experiments: { [flag]: "treatment" } });
    expect(client.value(flag, "")).toBe("B");
    client.setOverrides({ flags: { everyone: "off" } });
    client.value(flag, "");
    await settle();
    expect(client.status.pending).toBe(0);
    client.setOverrides({});
    client.value(flag, "");
    expect(client.status.pending).toBe(1);
  });

  test("keeps the arm through new weights, until a new iteration", async () => {
    const { edge, open } = createRig({ decisions: change("control") });
    const client = open();
    await client.flush();
    expect(client.value(flag, "")).toBe("A");
    await client.flush();
    await client.close();
    edge.define(change("treatment"));
    const next = open();
    await next.flush();
    expect(next.value(flag, "")).toBe("A");
    edge.define(change("treatment", 2));
    await next.track("view");
    await next.flush();
    expect(next.value(flag, "")).toBe("B");
    await next.flush();
    expect(exposuresIn(edge).map(({ variation }) => variation)).toEqual(["control", "treatment"]);
  });

  function change(arm: "control" | "treatment", iteration = 1): DecisionDefinitions {
    return {
      flags: { [flag]: flagOf(flag) },
      experiments: { [flag]: allIn(arm, "s", { iteration, unit: flag }) },
    };
  }

  test("waits for consent and becomes one operation; refused, none", async () => {
    const { edge, disk, open } = createRig({ decisions: DECISIONS });
    const bootstrap = edge.bootstrap({ anonymousId: "someone else" });
    const client = open({ consent: "pending", bootstrap });
    await client.ready;
    const arm = client.value(flag, "");
    expect(client.value(flag, "")).toBe(arm);
    await settle();
    expect([...(await disk.read())]).toEqual([]);
    await client.setConsent("granted");
    expect(client.value(flag, "")).toBe(arm);
    await client.flush();
    expect(client.value(flag, "")).toBe(arm);
    await client.flush();
    expect(exposuresIn(edge)).toHaveLength(1);
    await client.setConsent("denied");
    client.value(flag, "");
    await client.setConsent("granted");
    await client.flush();
    expect(exposuresIn(edge)).toHaveLength(1);
    await client.close();

    const denied = open({ consent: "denied", bootstrap });
    await denied.ready;
    denied.value(flag, "");
    await denied.flush();
    expect(await denied.showPrompt(denied.prompt("home"))).toBe(false);
    expect(exposuresIn(edge)).toHaveLength(1);
    expect(JSON.stringify([...(await disk.read())])).not.toContain("$exposure");
  });

  test("is forgotten with the user who is erased or logs out; the next one sees what is drawn for them", async () => {
    for (const way of ["erase", "reset"] as const) {
      const { edge, disk, open } = createRig({ decisions: DECISIONS });
      const client = open();
      await client.flush();
      edge.intercept = () => new Response("", { status: 503 });
      client.value(flag, "");
      const old = client.details(flag, "").assignment?.unit;
      await client[way]();
      await settle();
      expect([...(await disk.read()).keys()].filter((key) => key.startsWith(SEEN))).toEqual([]);
      expect(client.details(flag, "", { expose: false }).assignment).toMatchObject({ settled: false });
      client.value(flag, "");
      const { unit } = client.details(flag, "").assignment ?? {};
      expect(unit).not.toBe(old);
      edge.intercept = () => undefined;
      await client.flush();
      expect(exposuresIn(edge).map((one) => one.unit)).toEqual(way === "erase" ? [unit] : [old, unit]);
    }
  });
});

test("what a bootstrap decided before memory was filled is exposed once, and not again what the device knows", async () => {
  const { edge, disk, open } = createRig({ decisions: DECISIONS });
  const bootstrap = edge.bootstrap({ userId: "anna", anonymousId: "?" });
  edge.intercept = () => new Response("", { status: 503 });
  const client = open({ bootstrap });
  const arm = client.value("user", "");
  for (let n = 0; n < 3; n++) client.value("user", "");
  await client.ready;
  await settle();
  expect(client.value("user", "")).toBe(arm);
  const ops = [...(await disk.read())].filter(([key]) => key.startsWith("op:$x"));
  expect(ops).toHaveLength(1);
  expect(ops[0]?.[1]).toMatchObject({ userId: "anna", props: { unit: "anna" } });
  await client.close();
  edge.intercept = () => undefined;
  const after = open();
  await after.flush();
  await after.close();
  expect(exposuresIn(edge)).toHaveLength(1);
  // The page's HTML is older than the exposure.
  const next = open({ bootstrap });
  next.value("user", "");
  await next.ready;
  next.value("user", "");
  await next.flush();
  expect(sentTo(edge)).toBe(1);
});

test("what was decided for another anonymous user, whom the page was made for, exposes nobody", async () => {
  const { edge, open } = createRig({ decisions: DECISIONS });
  const first = open();
  await first.flush();
  await first.close();
  const client = open({ bootstrap: edge.bootstrap({ anonymousId: "someone else" }) });
  expect(client.value("user", "")).not.toBe("");
  await client.ready;
  await settle();
  expect(client.status.pending).toBe(0);
});

test("an exposure that the edge refuses is not sent without end", async () => {
  const { edge, open } = createRig({
    decisions: DECISIONS,
    refuses: (op) => op.type === "track" && op.name === "$exposure",
  });
  const client = open();
  await client.flush();
  for (let n = 0; n < 3; n++) {
    client.value("user", "");
    await client.flush();
  }
  expect(sentTo(edge)).toBe(1);
  expect(client.status).toMatchObject({ pending: 0, parked: 1 });
});

test("no application tracks what tells of exposures and prompts", async () => {
  const { problems, open } = createRig({ decisions: DECISIONS });
  const client = open();
  await client.track("$exposure", { experiment: "user", iteration: 1, variation: "control" });
  await client.track("$prompt", { campaign: "welcome", action: "shown" });
  expect(problems.map(({ code, path }) => [code, path])).toEqual([
    ["invalid-argument", "name"],
    ["invalid-argument", "name"],
  ]);
  expect(client.status.pending).toBe(0);
});

test("a device keeps so many exposures of its own, the latest", async () => {
  const count = EXPOSURES + 3;
  const keys = Array.from({ length: count }, (_, n) => `x${n}`);
  const half = (from: number) => keys.slice(from, from + 600);
  const of = (keys: readonly string[]): DecisionDefinitions => ({
    flags: Object.fromEntries(keys.map((key) => [key, flagOf(key)])),
    experiments: Object.fromEntries(keys.map((key) => [key, allIn("control", key, { unit: "device" })])),
  });
  const { clock, disk, edge, open } = createRig({ decisions: of(half(0)) });
  const client = open();
  await client.flush();
  for (const key of half(0)) {
    client.value(key, "");
    clock.jump(1);
  }
  await client.flush();
  edge.define(of(half(600)));
  await client.track("view");
  await client.flush();
  for (const key of half(600)) {
    client.value(key, "");
    clock.jump(1);
  }
  await client.flush();
  const kept = [...(await disk.read()).keys()].filter((key) => key.startsWith(SEEN));
  expect(kept).toHaveLength(EXPOSURES);
  expect(client.details("x1002", "", { expose: false }).assignment?.settled).toBe(true);
  edge.define(of(["x0", "x2", "x3", "x1002"]));
  await client.track("view");
  await client.flush();
  const settled = ["x0", "x2", "x3", "x1002"].map(
    (key) => client.details(key, "", { expose: false }).assignment?.settled,
  );
  expect(settled).toEqual([false, false, true, true]);
});

describe("an exposed user of whom something is not known any more, as after a log-in,", () => {
  const definitions = (arm: "control" | "treatment"): DecisionDefinitions => ({
    flags: {
      user: flagOf("user", {
        rules: [{ key: "r", experiment: "user", audience: { rule: { event: "view", op: "gte", value: 1 } } }],
      }),
      other: flagOf("other"),
      plain: {
        type: "boolean",
        variations: { on: true, off: false },
        enabled: true,
        off: "off",
        otherwise: "off",
        rules: [{ key: "r", audience: { include: ["recent"] }, variation: "on" }],
      },
    },
    experiments: { user: allIn(arm, "s"), other: allIn(arm, "t") },
  });

  test("keeps the value until the first snapshot comes, also over a reload; what nobody saw is the fallback", async () => {
    const { edge, open } = createRig({ decisions: definitions("control") });
    const client = open();
    await client.track("view");
    await client.flush();
    expect(client.value("user", "")).toBe("A");
    expect(client.value("plain", undefined)).toBe(true);
    await client.flush();
    edge.define(definitions("treatment"));
    edge.intercept = () => new Response("", { status: 503 });
    const seen = new Set<unknown>();
    client.subscribe(() => seen.add(client.value("user", "")));
    await client.identify("anna");
    expect(client.details("user", "")).toMatchObject({ value: "A", reason: "SPLIT", rule: "r" });
    expect(client.details("other", "")).toMatchObject({ value: "", errorCode: "PROVIDER_NOT_READY" });
    expect(client.details("plain", undefined).errorCode).toBe("PROVIDER_NOT_READY");
    await client.close();
    const next = open();
    await next.ready;
    next.subscribe(() => seen.add(next.value("user", "")));
    expect(next.value("user", "")).toBe("A");
    edge.intercept = () => undefined;
    await next.flush();
    await settle();
    seen.add(next.value("user", ""));
    expect([...seen]).toEqual(["A"]);
    expect(next.value("other", "")).toBe("B");
    await next.flush();
    expect(exposuresIn(edge).map(({ variation }) => variation)).toEqual(["control", "treatment"]);
  });

  test("on two devices has the arm that came first, once both know it", async () => {
    const { clock, edge, open } = createRig({ decisions: definitions("control") });
    const first = open({}, new MemoryStore());
    await first.identify("anna");
    await first.track("view");
    await first.flush();
    expect(first.value("user", "")).toBe("A");
    await first.flush();
    await first.close();
    await clock.pass(1_000);
    edge.define(definitions("treatment"));
    const second = open();
    await second.track("view");
    await second.flush();
    expect(second.value("user", "")).toBe("B");
    await second.identify("anna");
    expect(second.value("user", "")).toBe("B");
    await second.flush();
    expect(second.value("user", "")).toBe("A");
    expect(second.status.mismatches).toBe(0);
  });

  test("keeps the value while an answer that the edge alone gives has run out, unlike who has seen nothing", async () => {
    const audience = { include: ["recent"] };
    const { clock, edge, open } = createRig({
      given: ["$flag/user/r", "$flag/other/r"],
      decisions: {
        flags: {
          user: flagOf("user", { rules: [{ key: "r", experiment: "user", audience }] }),
          other: flagOf("other", { rules: [{ key: "r", experiment: "other", audience }] }),
        },
        experiments: { user: allIn("control", "s"), other: allIn("control", "t") },
      },
    });
    const client = open();
    await client.track("view");
    await client.flush();
    expect(client.value("user", "")).toBe("A");
    expect(client.details("other", "", { expose: false }).value).toBe("A");
    await client.flush();
    edge.intercept = () => new Response("", { status: 503 });
    const { until } = client.details("user", "");
    expect(until).toBe(clock.now() + 600_000);
    await clock.pass(600_000);
    expect(client.details("user", "")).toMatchObject({ value: "A", reason: "SPLIT" });
    expect(client.details("other", "").errorCode).toBe("PROVIDER_NOT_READY");
    edge.intercept = () => undefined;
    await client.flush();
    expect(client.details("user", "").reason).toBe("DEFAULT");
  });

  test("who logs out keeps nothing", async () => {
    const { edge, open } = createRig({ decisions: definitions("control") });
    const client = open({ userId: "anna" });
    await client.track("view");
    await client.flush();
    client.value("user", "");
    edge.intercept = () => new Response("", { status: 503 });
    await client.reset();
    expect(client.details("user", "").reason).toBe("DEFAULT");
    await client.identify("bert");
    expect(client.details("user", "").errorCode).toBe("PROVIDER_NOT_READY");
  });
});
