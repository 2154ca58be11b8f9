import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Edge, startEdge } from "@muster/edge/dev";
import { type Client, createClient } from "@muster/node";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

let folder: string;
let edge: Edge;
let secret: string;
let client: Client | undefined;

async function ask<T>(method: string, path: string, body: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${edge.adminKey}`, "content-type": "application/json" };
  const answer = await fetch(edge.url + path, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

const setFlag = (otherwise: "on" | "off") =>
  ask("PUT", "/v1/flags/promo", {
    type: "boolean",
    variations: { on: true, off: false },
    enabled: true,
    off: "off",
    otherwise,
  });

/** A client that asks by itself once an hour. */
async function connect(): Promise<Client> {
  client = createClient({ endpoint: edge.url, key: secret, refresh: 3_600_000 });
  await client.ready;
  return client;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-changes-"));
  edge = await startEdge({ persistTo: folder });
  secret = (await ask<{ key: string }>("POST", "/v1/keys", { kind: "secret", name: "node" })).key;
});
afterEach(() => client?.close());
afterAll(async () => {
  await edge?.stop();
  await rm(folder, { recursive: true });
});

test("a flag that an admin changes is another in a connected Node process, program and table alike", async () => {
  await setFlag("off");
  const one = await connect();
  const value = () => one.value("promo", { userId: "u" }, false);
  expect(value()).toBe(false);
  await setFlag("on");
  await expect.poll(value).toBe(true);
  const rule = { trait: "plan", op: "eq", value: "pro" };
  await ask("POST", "/v1/segments", { key: "pro", name: "Pro", status: "active", rule });
  await expect.poll(() => one.decide("pro", { traits: { plan: "pro" } }).reason).toBe("local");
  await setFlag("off");
  await expect.poll(value).toBe(false);
});

test("what was changed while the stream was away is found out when it is back", async () => {
  await setFlag("off");
  const one = await connect();
  const { url, adminKey } = edge;
  expect(one.value("promo", { userId: "u" }, true)).toBe(false);
  await edge.stop();
  edge = await startEdge({ port: Number(new URL(url).port), adminKey, persistTo: folder });
  await setFlag("on");
  await expect.poll(() => one.value("promo", { userId: "u" }, false), { timeout: 30_000 }).toBe(true);
});
