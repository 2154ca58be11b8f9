import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Edge, startEdge } from "./start-edge.ts";

let folder: string;
let edge: Edge;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-edge-"));
  edge = await startEdge({ persistTo: folder, cf: { country: "PT" } });
});
afterAll(async () => {
  await edge.stop();
  await rm(folder, { recursive: true });
});

/** What the answers here may hold. */
interface Body {
  key: string;
  acks: { status: string }[];
  members: object[];
  memberships: Record<string, { member: boolean }>;
}

async function call(method: string, path: string, body?: unknown, key = edge.adminKey) {
  const response = await fetch(edge.url + path, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: Body = JSON.parse(await response.text());
  return { status: response.status, body: answer };
}

const op = (id: string, userId = "u") => ({ type: "track", id, ts: Date.now() - 1_000, userId, name: "buy" });

describe("an edge in workerd, over sockets", () => {
  it("decides, by a clock that can be moved", async () => {
    const rule = { event: "buy", within: { minutes: 10 }, op: "gte", value: 1 };
    await call("POST", "/v1/segments", { key: "recent", name: "R", status: "active", rule });
    await call("POST", "/v1/batch", { ops: [op("e1")] });
    const isMember = async () =>
      (await call("POST", "/v1/evaluate", { userId: "u" })).body.memberships.recent?.member;
    expect(await isMember()).toBe(true);
    await edge.setClock(11 * 60_000);
    expect(await isMember()).toBe(false);
    await edge.runScheduled();
    expect((await call("GET", "/v1/segments/recent/members")).body.members).toEqual([]);
    await edge.setClock(0);
  });

  it("stores each operation once under concurrent requests", async () => {
    const ops = Array.from({ length: 20 }, (_, index) => op(`c${index}`, `user${index % 3}`));
    const answers = await Promise.all(Array.from({ length: 12 }, () => call("POST", "/v1/batch", { ops })));
    expect(answers.map((answer) => answer.status)).toEqual(Array(12).fill(200));
    const statuses = answers.flatMap(({ body }) => body.acks.map((ack) => ack.status));
    expect(statuses.filter((status) => status === "stored")).toHaveLength(20);
  });

  it("evaluates every feature of a rule where code made of text is forbidden", async () => {
    const rules = {
      matches: { trait: "mail", op: "matches", value: "(?i)@example\\.(com|org)$" },
      sequence: { sequence: [{ event: "cart" }, { not: { event: "pay" }, atMost: { minutes: 1 } }] },
      formula: { formula: "round(total / 3)", op: "eq", value: 2 },
    };
    for (const [key, rule] of Object.entries(rules)) {
      expect((await call("POST", "/v1/segments", { key, name: key, status: "active", rule })).status).toBe(
        201,
      );
    }
    const cart = { type: "track", id: "k", ts: Date.now() - 120_000, userId: "w", name: "cart" };
    const traits = { type: "set", id: "t", ts: 1, userId: "w", set: { mail: "A@EXAMPLE.ORG", total: 5 } };
    await call("POST", "/v1/batch", { ops: [cart, traits] });
    const { body } = await call("POST", "/v1/evaluate", { userId: "w", segments: Object.keys(rules) });
    expect(Object.values(body.memberships)).toEqual(Array(3).fill(expect.objectContaining({ member: true })));
  });

  it("knows the place it was started with", async () => {
    const rule = { trait: "country", op: "eq", value: "PT" };
    await call("POST", "/v1/segments", { key: "here", name: "H", status: "active", rule });
    const { key } = (await call("POST", "/v1/keys", { kind: "publishable", name: "web" })).body;
    const { body } = await call("POST", "/v1/sync", { anonymousId: "a", ops: [] }, key);
    expect(body.memberships.here?.member).toBe(true);
  });

  it("keeps everything over a restart, and its controls from strangers", async () => {
    expect((await call("POST", "/__dev/clock", 5)).status).toBe(404);
    const { adminKey } = edge;
    await edge.stop();
    edge = await startEdge({ persistTo: folder, adminKey });
    expect((await call("POST", "/v1/evaluate", { userId: "u" })).body).toMatchObject({
      known: true,
      memberships: { recent: { member: true } },
    });
  });
});
