import { type EvaluationContext, OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { afterEach, expect, test } from "vitest";
import { DECISIONS } from "../../test/decisions.ts";
import { settle } from "../../test/fake-clock.ts";
import { createRig } from "../../test/rig.ts";
import { MusterWebProvider } from "./provider.ts";

// What the tests provoke is not for their report.
OpenFeature.setLogger({ debug() {}, info() {}, warn() {}, error() {} });

afterEach(async () => {
  await OpenFeature.clearProviders();
  await OpenFeature.clearContexts();
  OpenFeature.clearHandlers();
});

const flags = OpenFeature.getClient();

function setUp() {
  const rig = createRig({ decisions: DECISIONS });
  const heard: string[] = [];
  for (const event of Object.values(ProviderEvents))
    OpenFeature.addHandler(event, (details) => {
      const { flagsChanged } = { flagsChanged: ["?"], ...details };
      heard.push(event === ProviderEvents.ConfigurationChanged ? `${event} ${flagsChanged}` : event);
    });
  heard.length = 0;
  return { ...rig, heard };
}

test("time alone changes flags, and names them", async () => {
  const { open, edge, clock, heard } = setUp();
  const rules = [{ key: "r", audience: { include: ["recent"] }, variation: "on" }];
  const variations = { on: true, off: false };
  const recent = { type: "boolean", variations, enabled: true, off: "off", otherwise: "off", rules } as const;
  edge.define({ flags: { recent } });
  const client = open();
  await OpenFeature.setProviderAndWait(new MusterWebProvider(client), { targetingKey: "anna" });
  await client.track("view");
  const { value, flagMetadata } = flags.getBooleanDetails("recent", false);
  expect([value, flagMetadata]).toEqual([true, { rule: "r", until: clock.now() + 600_000 }]);
  await client.flush();
  heard.length = 0;
  await clock.pass(600_000);
  expect(heard).toEqual(["PROVIDER_CONFIGURATION_CHANGED recent"]);
  expect(flags.getBooleanValue("recent", true)).toBe(false);
});

test.each([
  [42, /targetingKey/],
  ["x".repeat(257), /targetingKey/],
  [{}, /targetingKey/],
])(
  "a targetingKey that is %j is refused, and nobody else is taken for that user",
  async (targetingKey, message) => {
    const { open } = setUp();
    const client = open();
    await OpenFeature.setProviderAndWait(new MusterWebProvider(client), { targetingKey: "anna" });
    await OpenFeature.setContext({ targetingKey } as EvaluationContext);
    expect(flags.providerStatus).toBe("ERROR");
    expect(client.inspect()?.user.id).toBe("anna");
    const context = { targetingKey } as EvaluationContext;
    await expect(
      OpenFeature.setProviderAndWait("other", new MusterWebProvider(open()), context),
    ).rejects.toThrow(message);
  },
);

test("a context that cannot be kept names the user all the same", async () => {
  const { open, problems } = setUp();
  const cyclic: { [name: string]: unknown } = {};
  cyclic.self = cyclic;
  const context = JSON.parse('{"targetingKey":"anna","__proto__":{"plan":"pro"},"constructor":1}');
  const client = open();
  await OpenFeature.setProviderAndWait(new MusterWebProvider(client), { ...context, cyclic });
  expect(client.inspect()?.user.id).toBe("anna");
  expect(problems).toMatchObject([{ code: "invalid-argument" }]);
  expect(flags.getBooleanValue("everyone", false)).toBe(true);
});

test("only the traits that are wanted are kept, and dates as text", async () => {
  const { open } = setUp();
  const client = open();
  const provider = new MusterWebProvider(client, { traits: ["plan", "since"] });
  const since = new Date(0);
  const context = { targetingKey: "anna", anonymousId: "a", plan: "pro", email: "a@example.com", since };
  await OpenFeature.setProviderAndWait(provider, context);
  expect(client.inspect()?.user.traits).toEqual({ plan: "pro", since: since.toISOString() });
});

test("of two changes of context that overlap, the later one counts", async () => {
  const { open } = setUp();
  const client = open();
  await OpenFeature.setProviderAndWait(new MusterWebProvider(client));
  await Promise.all([
    OpenFeature.setContext({ targetingKey: "anna", plan: "pro", vip: true }),
    OpenFeature.setContext({ targetingKey: "bert", plan: "free" }),
  ]);
  const { id, traits } = client.inspect()?.user ?? {};
  expect([id, traits]).toEqual(["bert", { plan: "free" }]);
  expect(flags.providerStatus).toBe("READY");
});

test("before the user has agreed to be remembered nothing is known; then it is", async () => {
  const { open, edge, heard } = setUp();
  const client = open({ consent: "pending" });
  const provider = new MusterWebProvider(client);
  await expect(OpenFeature.setProviderAndWait(provider, { targetingKey: "anna" })).rejects.toThrow("nothing");
  expect(edge.requests).toEqual([]);
  expect(heard).toEqual(["PROVIDER_ERROR"]);
  await client.setConsent("granted");
  await client.flush();
  await settle();
  expect(heard).toEqual(["PROVIDER_ERROR", "PROVIDER_READY"]);
  expect(flags.getBooleanValue("everyone", false)).toBe(true);
});

test("what the page's HTML brought is ready without any network", async () => {
  const { open, edge } = setUp();
  const bootstrap = edge.bootstrap({ userId: "anna", anonymousId: "?" });
  edge.intercept = () => new Response("", { status: 503 });
  const provider = new MusterWebProvider(open({ bootstrap }));
  await OpenFeature.setProviderAndWait(provider, { targetingKey: "anna" });
  expect(flags.getObjectDetails("limits", {})).toMatchObject({ value: { most: 1 }, variant: "few" });
});

test("who asks for more flags than are remembered hears that any may have changed", async () => {
  const { open, heard } = setUp();
  const client = open();
  await OpenFeature.setProviderAndWait(new MusterWebProvider(client));
  for (let at = 0; at < 999; at++) flags.getBooleanValue(`f${at}`, false);
  flags.getStringValue("user", "");
  const change = async (variation: string): Promise<string[]> => {
    heard.length = 0;
    client.setOverrides({ flags: { user: variation } });
    await settle();
    return [...heard];
  };
  expect(await change("off")).toEqual(["PROVIDER_CONFIGURATION_CHANGED user"]);
  flags.getBooleanValue("one more", false);
  expect(await change("control")).toEqual(["PROVIDER_CONFIGURATION_CHANGED ?"]);
});
