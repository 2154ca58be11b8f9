import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/fake-clock.ts";
import { createRig } from "../../test/rig.ts";
import { BACKOFF_MS, KEEPALIVE_BYTES } from "../bounds.ts";
import { correctClock } from "../clock.ts";
import { IDENTITY, PENDING_OP } from "../records.ts";
import { Replica } from "../replica.ts";
import { createLeader } from "./leader.ts";

/** What may come back for a request, other than what is right. */
const ANSWERS = fc.oneof(
  fc.constant("right" as const),
  fc.constant("lost" as const),
  fc.record({
    status: fc.constantFrom(200, 204, 301, 400, 401, 403, 404, 413, 422, 429, 500, 503),
    body: fc.oneof(
      fc.constantFrom(
        "",
        "<html>",
        "{}",
        '{"detail":"as told"}',
        '{"acks":[],"known":[],"memberships":{},"now":1}',
      ),
      fc.json({ maxDepth: 2 }),
    ),
    after: fc.constantFrom("", "0", "7", "-1", "soon"),
  }),
);

test("under any answers whatsoever there is no hot loop, nothing throws, and all arrives in the end or is put apart", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(ANSWERS, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }),
      async (answers, count) => {
        const { clock, edge, open } = createRig();
        const client = open();
        await client.ready;
        let at = 0;
        let isOver = false;
        edge.intercept = () => {
          const answer = isOver ? "right" : (answers[at++ % answers.length] ?? "right");
          if (answer === "right") return undefined;
          if (answer === "lost") throw new TypeError("connection lost");
          const { status, body, after } = answer;
          return new Response(status === 204 ? null : body, {
            status,
            headers: after ? { "retry-after": after } : {},
          });
        };
        for (let n = 0; n < count; n++) void client.track("view");
        for (let hour = 0; hour < 3; hour++) {
          const { length } = edge.requests;
          await clock.pass(3_600_000);
          expect(edge.requests.length - length).toBeLessThan(400);
          client.memberships();
        }
        isOver = true;
        await clock.pass(2 * BACKOFF_MS.most);
        expect(client.status).toMatchObject({ pending: 0, dropped: 0, faults: 0, mismatches: 0 });
        expect(edge.taken.length + client.status.parked).toBe(count);
        await client.close();
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

test("an edge that refuses everything is not asked about one operation after the other", async () => {
  const { clock, edge, open } = createRig();
  const client = open();
  await client.flush();
  edge.requests = [];
  edge.intercept = () => Response.json({ detail: "as told" }, { status: 400 });
  for (let n = 0; n < 1_000; n++) void client.track("view", { n });
  await clock.pass(3_600_000);
  expect(edge.requests.length).toBeLessThan(60);
  expect(client.status.pending).toBeGreaterThan(900);
});

test("an edge that differs is told so with the next sync, and the client counts it", async () => {
  const { edge, problems, open } = createRig();
  const client = open();
  await client.flush();
  const { sync } = edge;
  edge.sync = (request) => {
    const answer = sync.call(edge, request);
    return { ...answer, memberships: { ...answer.memberships, pro: { member: true, until: null } } };
  };
  await client.track("view");
  await client.flush();
  expect(client.status.mismatches).toBe(1);
  expect(problems.map(({ code, path }) => [code, path])).toEqual([["mismatch", "pro"]]);
  edge.sync = sync;
  await client.track("view");
  await client.flush();
  expect(edge.requests.at(-1)?.mismatches).toEqual(["pro"]);
  await client.track("view");
  await client.flush();
  expect(edge.requests.at(-1)?.mismatches).toBeUndefined();
  expect(client.status.mismatches).toBe(1);
});

test("what a page may send while it goes away stays below the bound", () => {
  // fetch refuses bodies of keepalive requests from 64 KiB.
  expect(KEEPALIVE_BYTES).toBeLessThan(65_536);
});

test.each([
  { index: 0, status: "refused" },
  { index: 0, status: "refused", problem: { detail: { toString: null, valueOf: null } } },
])("an answer that refuses without a reason which can be told ends nothing", async (ack) => {
  const { clock, edge, problems, open } = createRig();
  const client = open();
  await client.flush();
  let isOdd = true;
  const { cursor } = edge.bootstrap({ anonymousId: client.inspect()?.user.anonymousId ?? "" }).snapshot;
  const snapshot = { cursor, state: undefined, traits: {} };
  edge.intercept = () =>
    isOdd
      ? Response.json({ acks: [ack], known: [], ruleset: null, snapshot, memberships: {}, now: clock.now() })
      : undefined;
  await client.track("view");
  await client.flush();
  expect(problems.map(({ code }) => code)).toEqual(["bad-answer"]);
  isOdd = false;
  await clock.pass(BACKOFF_MS.most);
  expect([edge.taken.length, client.status.pending]).toEqual([1, 0]);
});

test("an operation that came to something that nobody knows is still pending", async () => {
  const { edge, open } = createRig();
  const client = open();
  await client.flush();
  const sync = edge.sync.bind(edge);
  edge.sync = (request) => {
    const response = sync(request);
    return JSON.parse(JSON.stringify(response).replaceAll('"stored"', '"weighed"'));
  };
  await client.track("view");
  await client.flush();
  expect(client.status.pending).toBe(1);
  edge.sync = sync;
  await client.flush();
  expect(client.status).toMatchObject({ pending: 0, mismatches: 0 });
  expect(edge.taken).toHaveLength(1);
});

test("a page that is hidden and then left sends its last request once", async () => {
  const clock = correctClock(new FakeClock(0));
  const replica = new Replica(clock);
  const identity = { anonymousId: "a", userId: null };
  const op = { ...identity, type: "track", id: "1", ts: 0, name: "view", props: {} };
  replica.apply([
    [IDENTITY, { ...identity, since: "s" }],
    [`${PENDING_OP}1`, op],
  ]);
  const sent: unknown[] = [];
  const leader = createLeader({
    clock,
    replica,
    journal: { commit: async () => {} },
    report: () => {},
    endpoint: "",
    key: "",
    random: () => 0,
    fetch: (_, init) => {
      sent.push(init?.keepalive);
      return new Promise(() => {});
    },
  });
  leader.leave();
  leader.leave();
  expect(sent).toEqual([true]);
  leader.stop();
});
