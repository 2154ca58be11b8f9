import { expect, test } from "vitest";
import { createRig, type Rig } from "../test/rig.ts";
import { BACKOFF_MS, BATCH_BYTES, LONGEST_RETRY_AFTER_MS, PARKED, PENDING } from "./bounds.ts";
import type { Client } from "./client.ts";

/** A client that has synced once and for which the edge answers with `status` from here on. */
async function openAgainst(
  status: number,
  headers: { [name: string]: string } = {},
): Promise<Rig & { client: Client }> {
  const rig = createRig();
  const client = rig.open();
  await client.flush();
  rig.edge.requests = [];
  rig.edge.intercept = () => Response.json({ code: "x", detail: "as told" }, { status, headers });
  return { ...rig, client };
}

test("many operations go in batches that a page that goes away may send, in order, each once", async () => {
  const { edge, open } = createRig();
  const client = open();
  await client.ready;
  for (let n = 0; n < 500; n++) void client.track("view", { n, text: "ä".repeat(100) });
  await client.flush();
  const sizes = edge.requests.map(({ ops }) => new TextEncoder().encode(JSON.stringify(ops)).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(BATCH_BYTES + 2);
  expect(sizes.length).toBeLessThanOrEqual(4);
  const sent = edge.requests.flatMap(({ ops }) =>
    ops.map((op) => (op.type === "track" ? op.props?.n : undefined)),
  );
  expect(sent).toEqual(Array.from({ length: 500 }, (_, n) => n));
});

test("waits double with each failure, up to a bound, and a success ends them", async () => {
  const { clock, edge, client } = await openAgainst(503);
  void client.track("other");
  await clock.pass(1_000);
  const waits: (number | undefined)[] = [];
  for (let n = 0; n < 12; n++) {
    waits.push(clock.next);
    await clock.pass(clock.next ?? 0);
  }
  // The jitter of the rig is always a half.
  const expected = Array.from({ length: 12 }, (_, n) => Math.min(1_000 * 2 ** n, BACKOFF_MS.most) / 2);
  expect(waits).toEqual(expected);
  expect(edge.requests.length).toBe(13);
  edge.intercept = () => undefined;
  await clock.pass(BACKOFF_MS.most);
  expect(client.status.pending).toBe(0);
  expect(edge.taken).toHaveLength(1);
});

test("an edge that asks for a day is asked again after an hour", async () => {
  const { clock, edge, client } = await openAgainst(503, { "retry-after": "86400" });
  void client.track("view");
  await clock.pass(1_000);
  await clock.pass(LONGEST_RETRY_AFTER_MS + 499);
  expect(edge.requests.length).toBe(1);
  await clock.pass(1);
  expect(edge.requests.length).toBe(2);
});

test("tracking more does not cut a wait short", async () => {
  const { clock, edge, client } = await openAgainst(429, { "retry-after": "120" });
  void client.track("view");
  await clock.pass(1_000);
  expect(edge.requests.length).toBe(1);
  void client.track("view");
  // What the edge asked for, and the jitter of a first failure.
  await clock.pass(120_499);
  expect(edge.requests.length).toBe(1);
  await clock.pass(1);
  expect(edge.requests.length).toBe(2);
});

test.each([401, 403])("%i pauses syncing, is told once, and loses nothing", async (status) => {
  const { clock, edge, client, problems, disk } = await openAgainst(status);
  void client.track("view");
  await clock.pass(1_000);
  void client.track("view");
  await clock.pass(BACKOFF_MS.most - 1);
  expect(edge.requests.length).toBe(1);
  await clock.pass(1);
  expect(edge.requests.length).toBe(2);
  await client.flush();
  expect(edge.requests.length).toBe(3);
  expect(problems).toEqual([{ code: "unauthorized", path: "", detail: "as told" }]);
  expect([...(await disk.read()).keys()].filter((key) => key.startsWith("op:"))).toHaveLength(2);
  edge.intercept = () => undefined;
  await clock.pass(BACKOFF_MS.most);
  expect(client.status.pending).toBe(0);
});

test.each([400, 413, 422])(
  "%i: the operation at fault is found by halves and put apart, the others arrive",
  async (status) => {
    const { edge, client, problems, disk } = await openAgainst(status);
    const { intercept } = edge;
    const isBad = (op: { type: string; name?: string }) => op.name === "bad";
    edge.intercept = (request) => (request.ops.some(isBad) ? intercept(request) : undefined);
    for (const name of ["a", "b", "c", "bad", "d", "e", "f", "g"]) void client.track(name);
    await client.flush();
    expect(client.status).toMatchObject({ pending: 0, parked: 1 });
    expect(edge.taken).toHaveLength(7);
    expect(problems.map(({ code, detail }) => [code, detail])).toEqual([["refused", "as told"]]);
    const parked = [...(await disk.read())].filter(([key]) => key.startsWith("parked:"));
    expect(parked).toMatchObject([[expect.anything(), { op: { name: "bad" }, refusal: "as told" }]]);
  },
);

test("an operation that the edge refuses by itself is put apart and leaves the view", async () => {
  const { disk, edge, open } = createRig({ refuses: (op) => op.type === "track" && op.name === "view" });
  const client = open();
  await client.flush();
  void client.track("view");
  void client.track("view");
  void client.setTraits({ plan: "pro" });
  expect(client.isMember("viewer")).toBe(true);
  await client.flush();
  expect(client.isMember("viewer")).toBe(false);
  expect(client.isMember("pro")).toBe(true);
  expect(client.status).toMatchObject({ pending: 0, parked: 2, mismatches: 0 });
  expect(edge.taken).toHaveLength(1);
  expect([...(await disk.read()).keys()].filter((key) => key.startsWith("parked:"))).toHaveLength(2);
});

test.each([PARKED - 1, PARKED, PARKED + 1])(
  "of %i refused operations no more than the bound are kept",
  async (count) => {
    const { disk, open } = createRig({ refuses: () => true });
    const client = open();
    for (let n = 0; n < count; n++) void client.track("view");
    await client.flush();
    expect(client.status.parked).toBe(Math.min(count, PARKED));
    const kept = [...(await disk.read()).keys()].filter((key) => key.startsWith("parked:"));
    expect(kept).toHaveLength(Math.min(count, PARKED));
  },
);

test("the queue takes so many and not one more, and says so", async () => {
  const { client, clock, problems } = await openAgainst(503);
  for (let n = 0; n < PENDING - 1; n++) {
    clock.jump(1);
    void client.track("view");
  }
  expect(problems).toEqual([]);
  void client.track("view");
  expect(client.status.pending).toBe(PENDING);
  expect(problems).toEqual([]);
  await client.track("view");
  expect(client.status.pending).toBe(PENDING);
  expect(problems.map(({ code }) => code)).toEqual(["queue-full"]);
  expect(client.status.dropped).toBe(1);
});

test.each([
  ["text", new Response("<html>", { status: 200 })],
  ["another shape", Response.json({ acks: [] })],
  [
    "a ruleset that cannot be read",
    Response.json({ acks: [], ruleset: { version: "2", program: 7 }, snapshot: {} }),
  ],
  ["an unknown path", new Response("", { status: 404 })],
])("an answer that is not the edge's (%s) changes nothing and is tried again", async (_, response) => {
  const { clock, edge, client, problems } = await openAgainst(200);
  edge.intercept = () => response.clone();
  void client.track("view");
  void client.track("view");
  await client.flush();
  expect(problems.map(({ code }) => code)).toEqual(["bad-answer"]);
  expect(client.status.pending).toBe(2);
  expect(client.isMember("viewer")).toBe(true);
  edge.intercept = () => undefined;
  await clock.pass(1_000);
  expect(client.status.pending).toBe(0);
});

test("an answer lost on the way is made up for: sent again, stored once", async () => {
  const { clock, edge, client } = await openAgainst(200);
  edge.intercept = () => undefined;
  edge.deliver = () => {
    throw new TypeError("connection lost");
  };
  void client.track("view");
  await client.flush();
  expect(client.status.pending).toBe(1);
  edge.deliver = () => {};
  await clock.pass(1_000);
  expect(client.status).toMatchObject({ pending: 0, mismatches: 0 });
  expect(edge.taken).toHaveLength(1);
});

test("a user is asked for only once the edge has the identify, however long the queue is", async () => {
  const { edge, open } = createRig();
  const client = open();
  await client.ready;
  for (let n = 0; n < 300; n++) void client.track("view", { text: "x".repeat(200) });
  await client.identify("anna");
  await client.flush();
  expect(edge.requests.length).toBeGreaterThan(1);
  expect(edge.requests.map(({ userId }) => userId)).toEqual([
    ...edge.requests.slice(1).map(() => null),
    "anna",
  ]);
  expect(client.membership("viewer")).toMatchObject({ member: true, ready: true, source: "edge" });
  expect(client.status.mismatches).toBe(0);
});
