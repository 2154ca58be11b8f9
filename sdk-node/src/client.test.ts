import { link, load } from "@muster/rules";
import { UserState } from "@muster/rules/state";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, type ClientOptions, createClient, type MusterError } from "./index.ts";
import { Peer } from "./testing/peer.ts";

let peer: Peer;
let errors: MusterError[];
const clients: Client[] = [];

beforeEach(async () => {
  peer = await new Peer().start();
  errors = [];
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await peer.stop();
});

function connect(options: Partial<ClientOptions> = {}): Client {
  const onError = (error: MusterError) => errors.push(error);
  const client = createClient({ key: "mst_sec_1", endpoint: peer.url, onError, ...options });
  clients.push(client);
  return client;
}

const ANN = { userId: "ann" };
const codes = () => errors.map(({ code }) => code);
const names = () => [...peer.stored.values()].map((op) => ("name" in op ? op.name : op.type));

test("what is reported arrives once and in order, whatever goes wrong on the way", async () => {
  const client = connect({ refresh: false });
  peer.faults.push({ status: 503, retryAfter: "0" }, "reset", { status: 429, retryAfter: "0" });
  // Stored, but the answer is lost: the same ids come again.
  peer.faultsAfter.push("reset");
  client.track(ANN, "one", { amount: 1 });
  client.identify({ userId: "ann", anonymousId: "a1" }, { plan: "pro" });
  client.setTraits(ANN, { plan: null });
  await client.flush();
  expect(names()).toEqual(["one", "identify", "set"]);
  expect(peer.count("/v1/batch")).toBe(5);
  expect(codes()).toEqual(["http-503", "unreachable", "http-429", "unreachable"]);
  const ids = [...peer.stored.keys()];
  expect(ids.toSorted()).toEqual(ids);
});

test("a refused operation is named, and those beside it are kept", async () => {
  const client = connect({ refresh: false });
  expect(client.track(ANN, "good")).toBe(true);
  expect(client.track(ANN, "refuse me")).toBe(true);
  expect(client.track(ANN, "good too")).toBe(true);
  await client.flush();
  expect(names()).toEqual(["good", "good too"]);
  expect(errors).toMatchObject([
    { code: "event-refused", path: "/ops/1/name", operations: [{ name: "refuse me" }] },
  ]);
});

test("a body that is refused whole is halved until it passes", async () => {
  const client = connect({ refresh: false });
  peer.most = 3;
  for (let index = 0; index < 10; index++) client.track(ANN, `event ${index}`);
  await client.flush();
  expect(names()).toEqual(Array.from({ length: 10 }, (_, index) => `event ${index}`));
  expect(errors).toEqual([]);
});

test("data that cannot be sent is reported at once and never thrown", async () => {
  const client = connect({ refresh: false });
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  const trap = Object.defineProperty({}, "bad", { enumerable: true, get: () => raise() });
  expect(client.track(ANN, "*")).toBe(false);
  expect(client.track({}, "nobody")).toBe(false);
  expect(client.track(ANN, "loop", loop)).toBe(false);
  expect(client.track(ANN, "big", { amount: 1n })).toBe(false);
  expect(client.track(ANN, "large", { text: "x".repeat(40_000) })).toBe(false);
  expect(client.track(ANN, "trap", trap)).toBe(false);
  expect(client.track(ANN, "id", {}, { id: "with blanks" })).toBe(false);
  expect(codes()).toEqual([
    "invalid-operation",
    "invalid-operation",
    "invalid-operation",
    "invalid-operation",
    "operation-too-large",
    "unexpected",
    "invalid-operation",
  ]);
  expect(errors[0]).toMatchObject({ path: "/name" });
  await client.flush();
  expect(peer.calls).toEqual([]);
});

test("a user who cannot be read is nobody's member, and nothing is thrown", async () => {
  peer.ruleset = {
    zone: "UTC",
    segments: { pro: { rule: { trait: "plan", op: "eq", value: "pro" } }, all: { rule: { all: [] } } },
  };
  const client = connect();
  await client.ready;
  const trap = { traits: Object.defineProperty({}, "plan", { enumerable: true, get: () => raise() }) };
  expect(client.decide("pro", trap, true)).toMatchObject({ member: true, reason: "unknown" });
  expect(await client.isMember("pro", { ...ANN, ...trap }, true)).toBe(true);
  expect((await client.memberships(trap)).get("pro")).toMatchObject({ reason: "unknown" });
  errors.length = 0;
  for (const user of [
    { userId: "" },
    { userId: null },
    { anonymousId: 7 },
    { userId: "x".repeat(257) },
    null,
  ])
    expect(client.decide("all", Object(user ?? { userId: 0 }))).toMatchObject({ reason: "unknown" });
  expect(codes()).toEqual(Array.from({ length: 5 }, () => "bad-user"));
  expect(errors.map(({ path }) => path)).toEqual(["userId", "userId", "anonymousId", "userId", "userId"]);
  expect(client.decide("all", { userId: "x".repeat(256) })).toMatchObject({ reason: "local", member: true });
});

test("an onError that throws stops nothing", async () => {
  const client = connect({ refresh: false, onError: () => raise() });
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  expect(client.track(ANN, "*")).toBe(false);
  expect((await warned).message).toBe("onError threw: an error of the host");
  expect(client.track(ANN, "good")).toBe(true);
  await client.flush();
  expect(names()).toEqual(["good"]);
});

function raise(): never {
  throw new Error("an error of the host");
}

test("a full queue drops the new operation and says so", async () => {
  const client = connect({ refresh: false, queue: 2 });
  expect(client.track(ANN, "one")).toBe(true);
  expect(client.track(ANN, "two")).toBe(true);
  expect(client.track(ANN, "three")).toBe(false);
  expect(errors).toMatchObject([{ code: "queue-full", operations: [{ name: "three" }] }]);
  await client.flush();
  expect(client.track(ANN, "four")).toBe(true);
  await client.close();
  expect(names()).toEqual(["one", "two", "four"]);
  expect(client.track(ANN, "five")).toBe(false);
  expect(codes()).toEqual(["queue-full", "closed"]);
});

test("a key that is refused loses the batch, says so, and is not tried again", async () => {
  const client = connect({ refresh: false });
  const body = JSON.stringify({
    type: "",
    title: "",
    status: 401,
    code: "unauthorized",
    detail: "the key is revoked",
  });
  peer.faults.push({ status: 401, body });
  client.track(ANN, "one");
  client.track(ANN, "two");
  await client.flush();
  expect(errors).toMatchObject([
    { code: "unauthorized", status: 401, operations: [{ name: "one" }, { name: "two" }] },
  ]);
  expect(peer.count("/v1/batch")).toBe(1);
});

test("a segment that given traits decide needs no request", async () => {
  peer.ruleset = {
    zone: "UTC",
    segments: {
      pro: { rule: { trait: "plan", op: "eq", value: "pro" } },
      listed: { members: ["ann"] },
      both: { rule: { all: [{ segment: "pro" }, { segment: "listed" }] } },
      old: { rule: { trait: "born", op: "before", value: "2000-01-01" } },
      work: { rule: { trait: "email", op: "matches", value: "@example\\.(com|org)$" } },
      buyer: { rule: { event: "purchase", op: "gte", value: 1 } },
      proBuyer: { rule: { all: [{ segment: "pro" }, { segment: "buyer" }] } },
    },
  };
  const client = connect();
  expect(client.decide("pro", { traits: { plan: "pro" } }, true)).toEqual({
    member: true,
    reason: "unknown",
    until: null,
  });
  expect(await client.ready).toBe(true);
  const user = { userId: "ann", traits: { plan: "pro" } };
  expect(client.decide("pro", { traits: { plan: "pro" } })).toEqual({
    member: true,
    reason: "local",
    until: null,
  });
  expect(client.decide("pro", { traits: { plan: "free" } })).toMatchObject({
    member: false,
    reason: "local",
  });
  expect(client.decide("both", user)).toMatchObject({ member: true, reason: "local" });
  expect(client.decide("work", { traits: { email: "a@example.org" } })).toMatchObject({
    member: true,
    reason: "local",
  });
  expect(client.decide("old", { traits: { born: new Date(0) } })).toMatchObject({
    member: true,
    reason: "local",
  });
  expect(client.decide("old", { traits: { born: undefined } })).toMatchObject({ reason: "unknown" });
  expect(client.decide("old", { traits: { born: { toJSON: () => 0 } } })).toMatchObject({
    reason: "unknown",
  });
  expect(client.decide("work", { traits: { email: null } })).toMatchObject({
    member: false,
    reason: "local",
  });
  expect(client.decide("both", { anonymousId: "x", traits: { plan: "pro" } })).toMatchObject({
    reason: "unknown",
  });
  expect(client.decide("pro", { userId: "ann", traits: {} })).toMatchObject({ reason: "unknown" });
  expect(client.decide("proBuyer", user)).toMatchObject({ reason: "unknown" });
  expect(await client.isMember("both", user)).toBe(true);
  expect(peer.count("/v1/evaluate")).toBe(0);
});

test("what traits cannot decide is asked of the edge, once for all who ask", async () => {
  peer.ruleset = {
    zone: "UTC",
    segments: {
      pro: { rule: { trait: "plan", op: "eq", value: "pro" } },
      buyer: { rule: { event: "purchase", op: "gte", value: 1 } },
      visitor: { rule: { event: "visit", op: "gte", value: 1 } },
    },
  };
  peer.evaluate = () => ({ buyer: { member: true, until: null }, visitor: { member: false, until: null } });
  const client = connect({ maxAge: 60_000 });
  await client.ready;
  const user = { userId: "ann", traits: { plan: "pro" } };
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => client.isMember("buyer", user)),
    client.isMember("visitor", user),
    client.isMember("no such segment", user),
  ]);
  expect(answers).toEqual([...Array(20).fill(true), false, false]);
  expect(peer.calls.filter(({ path }) => path === "/v1/evaluate").map(({ body }) => body)).toEqual([
    { userId: "ann", traits: { plan: "pro" }, segments: ["buyer", "visitor", "no such segment"] },
  ]);
  expect(client.decide("buyer", user)).toEqual({ member: true, reason: "cached", until: null });
  expect(await client.memberships(user)).toEqual(
    new Map([
      ["pro", { member: true, reason: "local", until: null }],
      ["buyer", { member: true, reason: "cached", until: null }],
      ["visitor", { member: false, reason: "cached", until: null }],
    ]),
  );
  expect(peer.count("/v1/evaluate")).toBe(1);
  expect(client.decide("buyer", { userId: "ann", traits: { plan: "free" } })).toMatchObject({
    reason: "unknown",
  });
});

test("an answer is remembered no longer than until, and not beyond what the host reports of the user", async () => {
  const client = connect({ refresh: false, maxAge: 60_000 });
  peer.evaluate = () => ({
    soon: { member: true, until: Date.now() },
    later: { member: true, until: Date.now() + 60_000 },
  });
  expect(await client.isMember("soon", ANN)).toBe(true);
  expect(client.decide("soon", ANN)).toMatchObject({ reason: "unknown" });
  expect(await client.isMember("later", ANN)).toBe(true);
  expect(client.decide("later", ANN)).toMatchObject({ reason: "cached" });
  client.track(ANN, "purchase");
  await client.flush();
  expect(client.decide("later", ANN)).toMatchObject({ reason: "unknown" });
});

test("without an edge a decision is the fallback, and nothing is thrown", async () => {
  const client = connect({ timeout: 200 });
  peer.faults.push("silence");
  expect(await client.ready).toBe(false);
  peer.faults.push("silence");
  expect(await client.isMember("buyer", ANN, true)).toBe(true);
  expect(codes()).toEqual(["timeout", "timeout"]);
  await peer.stop();
  expect(await client.isMember("buyer", ANN)).toBe(false);
  expect(await client.isMember("buyer", { traits: {} }, true)).toBe(true);
  expect(await client.memberships(ANN)).toEqual(new Map());
  expect(new Set(codes())).toEqual(new Set(["timeout", "unreachable", "user-missing"]));
});

test("definitions are refreshed by ETag, and the last good ones stay when that fails", async () => {
  const pro = { rule: { trait: "plan", op: "eq", value: "pro" } } as const;
  const free = { rule: { trait: "plan", op: "eq", value: "free" } } as const;
  peer.ruleset = { zone: "UTC", segments: { it: pro } };
  const client = connect({ refresh: 1_000 });
  await client.ready;
  const member = () => client.decide("it", { traits: { plan: "pro" } }).member;
  expect(member()).toBe(true);
  peer.faults.push(
    { status: 500 },
    { status: 200, body: '{"version":"2","program":{"format":1,"segments":7}}' },
  );
  await expect.poll(() => peer.count("/v1/ruleset"), { timeout: 10_000 }).toBe(4);
  expect(peer.calls.at(-1)?.headers["if-none-match"]).toBe('"1"');
  expect(codes()).toHaveLength(2);
  expect(member()).toBe(true);
  peer.ruleset = { zone: "UTC", segments: { it: free } };
  peer.version = "2";
  await expect.poll(member, { timeout: 10_000 }).toBe(false);
});

test("options that cannot work are refused when the client is made", () => {
  const make = (options: Partial<ClientOptions>) => () =>
    createClient({ key: "mst_sec_1", endpoint: "http://localhost", ...options });
  expect(make({ key: "" })).toThrow("key: a secret key");
  expect(make({ key: "mst_pub_1" })).toThrow("publishable");
  for (const key of ["mst_sec_\n1", "mst_sec_€"]) expect(make({ key })).toThrow("key: a secret key");
  expect(make({ endpoint: "localhost:8787" })).toThrow("endpoint: the edge's address");
  expect(make({ timeout: 0 })).toThrow("timeout: a number of at least 1");
  expect(make({ queue: Number.NaN })).toThrow("queue");
});

test("white space around the key and the address is none of theirs", async () => {
  const client = connect({ key: "mst_sec_1\r\n", endpoint: ` ${peer.url}\n` });
  expect(await client.ready).toBe(true);
  await expect.poll(() => peer.streams.length).toBe(1);
  expect(new Set(peer.calls.map(({ headers }) => headers.authorization))).toEqual(
    new Set(["Bearer mst_sec_1"]),
  );
});

test("a page's bootstrap is the edge's answer; without it the page still begins", async () => {
  const client = connect({ refresh: false, timeout: 1_500 });
  const program = link({ zone: "UTC", segments: {} });
  const bootstrap = {
    now: 1,
    userId: "ann",
    anonymousId: null,
    ruleset: {
      version: "1",
      program,
      decisions: { format: 1, flags: {}, experiments: {}, placements: {} },
    },
    snapshot: { cursor: { profile: "7", seq: 0 }, state: new UserState(load(program)).save(1), traits: {} },
    memberships: {},
  };
  peer.answers.set("/v1/bootstrap", bootstrap);
  peer.faults.push({ status: 503, retryAfter: "0" });
  expect(await client.bootstrap({ ...ANN, traits: { plan: "pro" } })).toEqual(bootstrap);
  expect(peer.calls.at(-1)?.body).toEqual({ userId: "ann" });
  peer.answers.set("/v1/bootstrap", { ...bootstrap, snapshot: undefined });
  expect(await client.bootstrap(ANN)).toBeNull();
  expect(codes()).toEqual(["bad-answer"]);
});
