import { OpenFeature, ProviderEvents, ProviderStatus } from "@openfeature/server-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, createClient } from "../index.ts";
import { Peer } from "../testing/peer.ts";
import { MusterProvider } from "./index.ts";

let peer: Peer;
let client: Client;
let heard: string[];

beforeEach(async () => {
  peer = await new Peer().start();
  const state = { enabled: true, off: "on", otherwise: "on" } as const;
  peer.decisions = {
    flags: {
      simple: { type: "boolean", variations: { on: true }, ...state },
      asks: {
        type: "boolean",
        variations: { on: true },
        ...state,
        rules: [{ key: "a", audience: { rule: { event: "buy", op: "gte", value: 1 } }, variation: "on" }],
      },
    },
  };
  heard = [];
  for (const event of Object.values(ProviderEvents))
    OpenFeature.getClient().addHandler(event, (details) => {
      if (details?.providerName === "Muster") heard.push(`${event} ${details.message ?? ""}`.trim());
    });
});
afterEach(async () => {
  await client.close();
  await OpenFeature.clearProviders();
  OpenFeature.clearHandlers();
  await peer.stop();
});

function connect(): Client {
  client = createClient({
    key: "mst_sec_1",
    endpoint: peer.url,
    onError: () => {},
    refresh: 1_000,
    timeout: 500,
  });
  return client;
}

const last = () => expect.poll(() => heard.at(-1), { timeout: 10_000 });
const status = () => OpenFeature.getClient().providerStatus;

test("events tell of an edge that is late, changes, is away, comes again and refuses the key", async () => {
  peer.unavailable.add("/v1/ruleset");
  await expect(OpenFeature.setProviderAndWait(new MusterProvider(connect()))).rejects.toThrow("http-503");
  expect(heard.at(-1)).toMatch(/^PROVIDER_ERROR http-503/);
  expect(status()).toBe(ProviderStatus.ERROR);
  peer.unavailable.clear();
  await last().toBe("PROVIDER_READY");
  expect(status()).toBe(ProviderStatus.READY);

  peer.version = "2";
  await last().toBe("PROVIDER_CONFIGURATION_CHANGED");

  peer.unavailable.add("/v1/ruleset");
  await last().toMatch(/^PROVIDER_STALE http-503/);
  expect(status()).toBe(ProviderStatus.STALE);
  expect(await OpenFeature.getClient().getBooleanValue("simple", false)).toBe(true);
  peer.unavailable.clear();
  await last().toBe("PROVIDER_READY");

  const refuse = setInterval(() => peer.faults.push({ status: 401 }), 20);
  await last().toMatch(/^PROVIDER_ERROR http-401/);
  clearInterval(refuse);
  peer.faults.length = 0;
  expect(await OpenFeature.getClient().getBooleanValue("simple", false)).toBe(true);
  await last().toBe("PROVIDER_READY");
  expect(heard.filter((event) => event.startsWith("PROVIDER_STALE"))).toHaveLength(1);
});

test("a key that is refused from the start is fatal", async () => {
  peer.faults.push({ status: 401 });
  await expect(OpenFeature.setProviderAndWait(new MusterProvider(connect()))).rejects.toMatchObject({
    code: "PROVIDER_FATAL",
  });
  expect(status()).toBe(ProviderStatus.FATAL);
});

test("where the edge must be asked and cannot, the error is a general one, and the host's value stands", async () => {
  await OpenFeature.setProviderAndWait(new MusterProvider(connect()));
  peer.unavailable.add("/v1/decide");
  const details = await OpenFeature.getClient().getBooleanDetails("asks", false, { targetingKey: "ann" });
  expect(details).toMatchObject({ value: false, reason: "ERROR", errorCode: "GENERAL" });
});

test("shutting down leaves the client to whoever made it, and a provider can be set again", async () => {
  const provider = new MusterProvider(connect());
  await OpenFeature.setProviderAndWait(provider);
  await OpenFeature.close();
  expect(client.value("simple", { userId: "ann" }, false)).toBe(true);
  await OpenFeature.setProviderAndWait(provider);
  expect(await OpenFeature.getClient().getBooleanValue("simple", false)).toBe(true);
});
