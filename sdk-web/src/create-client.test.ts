import { expect, test } from "vitest";
import { settle } from "../test/fake-clock.ts";
import { write } from "../test/memory-store.ts";
import { createRig, membersOf } from "../test/rig.ts";
import type { MembershipChange } from "./decisions.ts";

test("before anything is known each answer is the fallback and not ready, and nothing throws", () => {
  const client = createRig().open({ fallback: { viewer: true } });
  expect(client.isMember("viewer")).toBe(true);
  expect(client.membership("pro")).toEqual({ member: false, until: null, ready: false, source: "fallback" });
  expect([...client.memberships().keys()]).toEqual(["viewer"]);
  for (const name of ["__proto__", "constructor", "toString", "\ud800", ""])
    expect(client.isMember(name)).toBe(false);
});

test("what is tracked decides at once, before any request; the disk and the edge follow", async () => {
  const { clock, edge, disk, open } = createRig();
  const client = open();
  await client.flush();
  const before = edge.requests.length;
  const tracked = [client.track("view"), client.track("view")];
  expect(client.isMember("viewer")).toBe(true);
  expect(client.membership("viewer")).toMatchObject({ ready: true, source: "local" });
  expect(edge.requests.length).toBe(before);
  await Promise.all(tracked);
  expect([...(await disk.read()).keys()].filter((key) => key.startsWith("op:"))).toHaveLength(2);
  await clock.pass(1_000);
  expect(edge.requests.length).toBe(before + 1);
  expect([...(await disk.read()).keys()].filter((key) => key.startsWith("op:"))).toHaveLength(0);
  expect(client.membership("viewer")).toMatchObject({ member: true, source: "edge" });
  expect(client.status).toEqual({ pending: 0, parked: 0, faults: 0, dropped: 0, mismatches: 0 });
});

test("calls made before memory is filled are carried out in order, with the time of the call", async () => {
  const { clock, edge, open } = createRig();
  const client = open();
  const at = clock.now();
  const calls = [client.track("view"), client.identify("anna", { plan: "pro" }), client.track("buy")];
  clock.jump(5_000);
  await Promise.all(calls);
  await client.flush();
  const ops = edge.requests.flatMap((request) => request.ops);
  expect(ops.map((op) => [op.type, op.userId, op.ts])).toEqual([
    ["track", undefined, at],
    ["identify", "anna", at],
    ["track", "anna", at],
  ]);
  expect(membersOf(client)).toEqual(["anna", "pro", "recent"]);
});

test("a reload without network says the same, and still sends what was not acknowledged", async () => {
  const { clock, edge, open } = createRig();
  const first = open();
  await first.flush();
  edge.intercept = () => {
    throw new TypeError("no network");
  };
  await first.track("view");
  await first.track("view");
  await first.setTraits({ plan: "pro" });
  const said = [...first.memberships()];
  await first.close();

  const second = open();
  await second.ready;
  expect([...second.memberships()]).toEqual(said);
  expect(second.isMember("viewer") && second.isMember("pro")).toBe(true);
  edge.intercept = () => undefined;
  await clock.pass(60_000);
  expect(second.status.pending).toBe(0);
  expect(edge.taken).toHaveLength(3);
});

test("at `until` a membership changes without event and request, and listeners hear of it", async () => {
  const { clock, edge, open } = createRig();
  const client = open();
  const changes: MembershipChange[] = [];
  client.subscribe((change) => changes.push(change));
  await client.track("view");
  await client.flush();
  const { until } = client.membership("recent");
  expect(until).toBe(clock.now() + 600_000);
  await settle();
  const [requests, heard] = [edge.requests.length, changes.length];
  await clock.pass(599_999);
  expect(client.isMember("recent")).toBe(true);
  await clock.pass(1);
  expect(changes.slice(heard)).toEqual([{ entered: [], left: ["recent"] }]);
  expect(edge.requests.length).toBe(requests);
});

test("an answer is never older than the clock, even where no timer has fired", async () => {
  const { clock, open } = createRig();
  const client = open();
  await client.track("view");
  await client.flush();
  clock.jump(600_000);
  expect(client.isMember("recent")).toBe(false);
  clock.jump(-600_000);
  expect(client.isMember("recent")).toBe(true);
});

test("what was done anonymously is the user's who identifies", async () => {
  const { edge, open } = createRig();
  const client = open();
  await client.track("view");
  await client.flush();
  await client.track("view");
  await client.identify("anna");
  expect(client.membership("viewer")).toMatchObject({ member: false, ready: false, source: "fallback" });
  await client.flush();
  expect(client.membership("viewer")).toMatchObject({ member: true, ready: true, source: "edge" });
  expect(client.isMember("anna")).toBe(true);
  expect(edge.evaluate({ userId: "anna", anonymousId: "?" }).viewer?.member).toBe(true);
});

test("a second user on the device inherits nothing, and the first one's events are still theirs", async () => {
  const { edge, disk, open } = createRig();
  const client = open();
  await client.identify("anna", { plan: "pro" });
  await client.flush();
  edge.intercept = () => new Response("{}", { status: 503 });
  await client.track("view");
  await client.track("view");
  await client.identify("bert");
  expect(client.membership("newcomer")).toMatchObject({ ready: false, source: "fallback" });
  expect(membersOf(client)).toEqual([]);
  edge.intercept = () => undefined;
  await client.flush();
  expect(membersOf(client)).toEqual(["newcomer"]);
  expect(edge.evaluate({ userId: "anna", anonymousId: "?" }).viewer?.member).toBe(true);
  const kept = [...(await disk.read())].filter(([key]) => key !== "definitions");
  expect(kept.map(([key]) => key.replace(/:.*/, ":"))).toEqual(["identity", "identity:", "skew"]);
  expect(JSON.stringify(kept[0])).not.toContain("anna");
});

test("reset leaves a new anonymous user with an empty past, decided at once", async () => {
  const { disk, open } = createRig();
  const client = open();
  await client.identify("anna", { plan: "pro" });
  await client.track("buy");
  await client.flush();
  const old = client.inspect()?.user.anonymousId;
  await client.reset();
  expect(membersOf(client)).toEqual(["newcomer"]);
  expect(client.membership("newcomer")).toMatchObject({ ready: true });
  const kept = JSON.stringify([...(await disk.read())].filter(([key]) => key !== "definitions"));
  expect(kept).not.toContain("anna");
  expect(kept).not.toContain(old);
});

test("without network a new user inherits nothing of what is still to be sent, also after a reload", async () => {
  const { edge, open } = createRig();
  const client = open();
  await client.flush();
  edge.intercept = () => new Response("", { status: 503 });
  await client.setTraits({ plan: "pro" });
  await client.track("view");
  await client.track("view");
  const old = client.inspect()?.user.anonymousId ?? "";
  await client.reset();
  expect(membersOf(client)).toEqual(["newcomer"]);
  await client.close();
  const reloaded = open();
  await reloaded.ready;
  expect(membersOf(reloaded)).toEqual(["newcomer"]);
  expect(reloaded.status.pending).toBe(3);
  edge.intercept = () => undefined;
  await reloaded.flush();
  expect(membersOf(reloaded)).toEqual(["newcomer"]);
  expect(edge.evaluate({ anonymousId: old })).toMatchObject({
    viewer: { member: true },
    pro: { member: true },
  });
});

test("an answer that only the edge gives is not guessed, and is asked for again when it has run out", async () => {
  const { clock, edge, open } = createRig({
    given: ["recent"],
  });
  const client = open();
  await client.track("view");
  expect(client.membership("recent").source).toBe("fallback");
  await client.flush();
  expect(client.membership("recent")).toMatchObject({ member: true, ready: true, source: "edge" });
  const requests = edge.requests.length;
  await clock.pass(600_000);
  expect(client.membership("recent")).toMatchObject({ ready: false });
  await clock.pass(10_000);
  expect(edge.requests.length).toBe(requests + 1);
  expect(client.membership("recent")).toMatchObject({ member: false, ready: true });
  await client.reset();
  expect(client.membership("recent")).toMatchObject({ member: false, ready: false, source: "fallback" });
});

test("bad arguments are reported and dropped", async () => {
  const { problems, open } = createRig();
  const client = open();
  const circle: { [name: string]: unknown } = {};
  circle.self = circle;
  await client.track("*");
  await client.track("x".repeat(257));
  await client.track("view", circle);
  await client.track("view", { big: 1n });
  await client.setTraits({ ["x".repeat(257)]: 1 });
  await client.identify("");
  await client.track("view", { text: "x".repeat(32_768) });
  expect(problems.map(({ code, path }) => [code, path])).toEqual([
    ["invalid-argument", "name"],
    ["invalid-argument", "name"],
    ["invalid-argument", "props"],
    ["invalid-argument", "props"],
    ["invalid-argument", "traits"],
    ["invalid-argument", "userId"],
    ["too-large", ""],
  ]);
  expect(client.status.pending).toBe(0);
});

test("a listener that throws hurts neither the caller nor other listeners", async () => {
  const client = createRig().open();
  const heard: MembershipChange[] = [];
  client.subscribe(() => {
    throw new Error("the application's own");
  });
  const end = client.subscribe((change) => {
    heard.push({ ...change });
    change.entered.length = 0;
  });
  client.subscribe((change) => heard.push(change));
  await client.flush();
  await settle();
  expect(heard).toHaveLength(2);
  expect(heard[1]?.entered).toEqual(["newcomer"]);
  end();
  await client.setTraits({ plan: "pro" });
  await settle();
  expect(heard).toHaveLength(3);
});

test("rubble on disk is as good as nothing", async () => {
  const { disk, open } = createRig();
  await write(disk, [
    ["identity", 42],
    ["snapshot", { anonymousId: "x", events: "none" }],
    ["definitions", { version: "1", program: { format: 7 } }],
    ["op:1", null],
    ["op:2", "text"],
    ["capture", 1],
  ]);
  const client = open();
  await client.ready;
  await client.track("view");
  await client.flush();
  expect(client.status.pending).toBe(0);
  expect(membersOf(client)).toEqual(["newcomer", "recent"]);
});

test("a disk that fails is counted, and the page goes on from memory", async () => {
  const { edge, problems, open } = createRig();
  const fail = () => Promise.reject(new DOMException("denied", "SecurityError"));
  const client = open({}, { transact: fail, close: fail });
  await client.track("view");
  await client.track("view");
  await client.flush();
  expect(client.isMember("viewer")).toBe(true);
  expect(edge.taken).toHaveLength(2);
  expect(client.status.faults).toBe(1);
  expect(problems.map(({ code }) => code)).toEqual(["storage"]);
  await client.close();
});
