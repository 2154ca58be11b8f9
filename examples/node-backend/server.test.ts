import { readFile } from "node:fs/promises";
import { type Client, createClient, type MusterError } from "@muster/node";
import { createdKey } from "@muster/rules/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Edge, startEdge } from "../../edge/dev/start-edge.ts";
import { createBackend } from "./server.ts";

let edge: Edge;
let muster: Client;
let backend: ReturnType<typeof createBackend>;
let address: string;
const errors: MusterError[] = [];

beforeAll(async () => {
  edge = await startEdge();
  const rule: unknown = JSON.parse(await readFile(new URL("rule.json", import.meta.url), "utf8"));
  await post("/v1/segments", { key: "power-user", name: "Power users", status: "active", rule });
  const { key } = createdKey.parse(await post("/v1/keys", { kind: "secret", name: "backend" }));
  muster = createClient({ endpoint: edge.url, key, onError: (error) => errors.push(error) });
  await muster.ready;
  const accounts = new Map([
    ["ann", { userId: "ann", traits: { plan: "free" } }],
    ["bob", { userId: "bob", traits: { plan: "pro" } }],
  ]);
  backend = createBackend(muster, accounts);
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  const bound = backend.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  address = `http://127.0.0.1:${bound.port}`;
});

afterAll(async () => {
  await new Promise((resolve) => backend.close(resolve));
  await muster.close();
  await edge.stop();
});

async function post(path: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${edge.adminKey}`, "content-type": "application/json" };
  const response = await fetch(edge.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  expect(response.status).toBe(201);
  return response.json();
}

const visit = async (path: string, method = "GET") => (await fetch(address + path, { method })).status;

test("the feature is closed until the user's behaviour opens it", async () => {
  expect(await visit("/export?user=ann")).toBe(403);
  for (let reports = 0; reports < 2; reports++) expect(await visit("/reports?user=ann", "POST")).toBe(202);
  await muster.flush();
  expect(await visit("/export?user=ann")).toBe(403);
  expect(await visit("/reports?user=ann", "POST")).toBe(202);
  await muster.flush();
  expect(await visit("/export?user=ann")).toBe(200);
  expect(errors).toEqual([]);
});

test("what the backend knows of the user stands over what is stored", async () => {
  expect(await visit("/export?user=bob")).toBe(200);
  expect(await visit("/export?user=nobody")).toBe(401);
  expect(muster.setTraits({ userId: "bob" }, { plan: "free" })).toBe(true);
  await muster.flush();
  expect(await visit("/export?user=bob")).toBe(200);
  expect(await muster.isMember("power-user", { userId: "bob" })).toBe(false);
});

test("why is told by the edge", async () => {
  const why = await muster.explain("power-user", { userId: "ann" });
  expect(why?.member).toBe(true);
  expect(why?.parts?.map(({ member, operand }) => [member, operand])).toEqual([
    [false, undefined],
    [true, 3],
  ]);
  expect(await muster.explain("no-such-segment", { userId: "ann" })).toBeUndefined();
  await expect(muster.explain("power-user", {})).rejects.toThrow("a userId or an anonymousId is needed");
});

test("definitions decide here what given traits can, and are asked for by ETag", async () => {
  const rule = { trait: "plan", op: "eq", value: "pro" };
  await post("/v1/segments", { key: "pro", name: "Pro", status: "active", rule });
  const statuses: number[] = [];
  const spy: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    statuses.push(response.status);
    return response;
  };
  const client = createClient({ endpoint: edge.url, key: edge.adminKey, refresh: 1_000, fetch: spy });
  expect(await client.ready).toBe(true);
  expect(client.decide("pro", { traits: { plan: "pro" } })).toEqual({
    member: true,
    reason: "local",
    until: null,
  });
  await expect.poll(() => statuses, { timeout: 10_000 }).toEqual([200, 304]);
  expect(client.decide("pro", { traits: { plan: "free" } }).member).toBe(false);
  await client.close();
});
