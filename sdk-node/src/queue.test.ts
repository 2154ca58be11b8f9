import { LIMITS } from "@muster/rules";
import { createIds } from "@muster/rules/delivery";
import { batchRequest, type OperationInput } from "@muster/rules/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Edge } from "./edge.ts";
import type { MusterError } from "./error.ts";
import { OperationQueue } from "./queue.ts";
import { Peer } from "./testing/peer.ts";

const newId = createIds(Date.now);
let peer: Peer;
let errors: MusterError[];

beforeEach(async () => {
  peer = await new Peer().start();
  errors = [];
});
afterEach(() => peer.stop());

function start(capacity = 10_000): OperationQueue {
  const edge = new Edge({ endpoint: peer.url, key: "mst_sec_1", timeout: 5_000 });
  return new OperationQueue(edge, { capacity, onError: (error) => errors.push(error), onSettled: () => {} });
}

function track(props: Record<string, unknown> = {}): () => OperationInput {
  return () => ({ type: "track", id: newId(), ts: 0, userId: "ann", name: "event", props });
}

const bodies = () => peer.calls.map(({ body }) => batchRequest.parse(body));

test("a batch holds as many operations as a request may, and no more", async () => {
  const queue = start();
  // While the first batch is on its way, the others wait.
  for (let index = 0; index < LIMITS.operations * 2 + 1 + 500; index++) queue.add(track());
  await queue.flush();
  expect(bodies().map(({ ops }) => ops.length)).toEqual([500, LIMITS.operations, LIMITS.operations, 1]);
  expect(queue.size).toBe(0);
});

test("a batch has as many bytes as a request may, and no more", async () => {
  const queue = start();
  for (let index = 0; index < 100; index++) queue.add(track({ text: "é".repeat(15_000) }));
  await queue.flush();
  const sizes = bodies().map((body) => Buffer.byteLength(JSON.stringify(body)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.body);
  expect(sizes).toHaveLength(3);
  expect(peer.stored.size).toBe(100);
});

test("one operation may be as large as the limit, and no larger", async () => {
  const queue = start();
  const least = Buffer.byteLength(JSON.stringify(track({ text: "" })()));
  const sized = (size: number) => track({ text: "x".repeat(size - least) });
  expect(queue.add(sized(LIMITS.operation - 1))).toBe(true);
  expect(queue.add(sized(LIMITS.operation))).toBe(true);
  expect(queue.add(sized(LIMITS.operation + 1))).toBe(false);
  expect(errors).toMatchObject([{ code: "operation-too-large" }]);
  await queue.flush();
  expect(peer.stored.size).toBe(2);
});

test("closing delivers what is left; what cannot be delivered in time is named", async () => {
  const queue = start();
  queue.add(track());
  await queue.close(5_000);
  expect(peer.stored.size).toBe(1);

  const lost = start();
  await peer.stop();
  lost.add(track());
  lost.add(track());
  await lost.close(50);
  expect(errors.at(-1)).toMatchObject({
    code: "aborted",
    operations: [{ name: "event" }, { name: "event" }],
  });
  expect(lost.size).toBe(0);
});

test("an answer that leaves an operation out is no acknowledgement", async () => {
  const queue = start();
  peer.faultsAfter.push({ status: 200, body: '{"now":0,"acks":[]}' }, { status: 200, body: "<html>" });
  queue.add(track());
  await queue.flush();
  expect(errors.map(({ code }) => code)).toEqual(["bad-answer", "bad-answer"]);
  expect(peer.stored.size).toBe(1);
  expect(peer.calls).toHaveLength(3);
});
