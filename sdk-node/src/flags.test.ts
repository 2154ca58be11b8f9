import { LIMITS } from "@muster/rules";
import { exposureId } from "@muster/rules/decide";
import type { DecisionDefinitions } from "@muster/rules/decisions";
import { decideRequest } from "@muster/rules/wire";
import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import { type Client, type ClientOptions, createClient, type MusterError } from "./index.ts";
import { Peer } from "./testing/peer.ts";

let peer: Peer;
let errors: MusterError[];
const clients: Client[] = [];

beforeEach(async () => {
  peer = await new Peer().start();
  peer.decisions = DECISIONS;
  peer.ruleset = { zone: "UTC", segments: { pro: { rule: { trait: "plan", op: "eq", value: "pro" } } } };
  errors = [];
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await peer.stop();
});

async function connect(options: Partial<ClientOptions> = {}): Promise<Client> {
  const onError = (error: MusterError) => errors.push(error);
  const client = createClient({
    key: "mst_sec_1",
    endpoint: peer.url,
    onError,
    maxAge: 60_000,
    ...options,
  });
  clients.push(client);
  await client.ready;
  return client;
}

const ALL = 2 ** 32;
const onOff = {
  type: "boolean",
  variations: { on: true, off: false },
  enabled: true,
  off: "off",
  otherwise: "off",
} as const;
const arms = { on: [[0, ALL / 2]], off: [[ALL / 2, ALL]] } as const;
const DECISIONS: DecisionDefinitions = {
  flags: {
    pro: { ...onOff, rules: [{ key: "pro", audience: { include: ["pro"] }, variation: "on" }] },
    listed: { ...onOff, overrides: { on: ["ann"] } },
    half: { ...onOff, rules: [{ key: "half", rollout: { salt: "half", places: arms } }] },
    half2: { ...onOff, rules: [{ key: "r", rollout: { salt: "half2", unit: "device", places: arms } }] },
    buyer: {
      ...onOff,
      rules: [{ key: "b", audience: { rule: { event: "buy", op: "gte", value: 1 } }, variation: "on" }],
    },
    tried: { ...onOff, rules: [{ key: "x", experiment: "try" }] },
    device: { ...onOff, rules: [{ key: "x", experiment: "device" }] },
    colour: {
      type: "string",
      variations: { red: "#f00", blue: "#00f" },
      enabled: true,
      off: "red",
      otherwise: "blue",
    },
  },
  experiments: {
    try: { enabled: true, salt: "try", iteration: 1, arms },
    device: { enabled: true, salt: "device", iteration: 1, unit: "device", arms },
  },
};

const ANN = { userId: "ann" };
const codes = () => errors.map(({ code }) => code);
const decideCalls = () => peer.calls.filter(({ path }) => path === "/v1/decide").map(({ body }) => body);
const exposures = () => [...peer.stored.values()].filter((op) => "name" in op && op.name === "$exposure");

function assignment(variation: string, unit = "ann", experiment = "try") {
  return { flag: "tried", experiment, iteration: 1, variation, unit, settled: false };
}
const split = (variation: string, unit?: string) => ({
  flag: "tried",
  value: variation === "on",
  variation,
  reason: "SPLIT" as const,
  rule: "x",
  assignment: assignment(variation, unit),
  until: null,
});

test("what ids and traits say is decided here, at once and without a request", async () => {
  const client = await connect();
  expect(client.details("pro", { traits: { plan: "pro" } }, false)).toEqual({
    flag: "pro",
    value: true,
    variation: "on",
    reason: "TARGETING_MATCH",
    rule: "pro",
    until: null,
  });
  expect(client.value("pro", { userId: "bob", traits: { plan: "free" } }, true)).toBe(false);
  expect(client.details("listed", ANN, false)).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
  expect(client.details("listed", { userId: "bob" }, true)).toMatchObject({
    value: false,
    reason: "DEFAULT",
  });
  expect(client.details("half", ANN, false)).toMatchObject({ reason: "SPLIT", rule: "half" });
  expect(client.details("half2", { ...ANN, anonymousId: "d" }, false)).toMatchObject({ reason: "SPLIT" });
  expect(client.details("half2", ANN, true)).toMatchObject({ value: false, reason: "DEFAULT" });
  expect(await client.resolve("colour", ANN, "")).toMatchObject({ value: "#00f", variation: "blue" });
  expect(decideCalls()).toEqual([]);
});

test("a value has the type of its fallback, and comes back where there is none", async () => {
  const client = await connect();
  expectTypeOf(client.value("pro", ANN, false)).toEqualTypeOf<boolean>();
  expectTypeOf(client.value("colour", ANN, "red")).toEqualTypeOf<string>();
  expect(client.details("colour", ANN, 7)).toMatchObject({ value: 7, errorCode: "TYPE_MISMATCH" });
  expect(client.details("gone", ANN, 7)).toMatchObject({ value: 7, errorCode: "FLAG_NOT_FOUND" });
  for (const key of ["__proto__", "constructor", "toString", "x".repeat(LIMITS.key + 1)])
    expect(await client.resolve(key, ANN, 7)).toMatchObject({ value: 7, errorCode: "FLAG_NOT_FOUND" });
  expect(decideCalls()).toEqual([]);
});

test("what only the edge knows is not guessed, but asked for: once for all that is asked in one tick", async () => {
  const client = await connect();
  const notReady = { value: true, reason: "ERROR", errorCode: "PROVIDER_NOT_READY" };
  expect(client.details("buyer", ANN, true)).toMatchObject(notReady);
  expect(client.details("pro", ANN, true)).toMatchObject(notReady);
  // The edge may know who this is, and draws for the user.
  expect(client.details("half", { anonymousId: "d" }, true)).toMatchObject(notReady);
  expect(client.details("device", { ...ANN, anonymousId: "d" }, true)).toMatchObject(notReady);
  peer.decide = ({ flags = [] }) =>
    Object.fromEntries(
      flags
        .filter((flag) => flag !== "pro")
        .map((flag) => [
          flag,
          { flag, value: true, variation: "on", reason: "TARGETING_MATCH", until: null },
        ]),
    );
  const answers = await Promise.all([
    client.resolve("buyer", ANN, false),
    client.resolve("buyer", ANN, "red"),
    client.resolve("tried", ANN, undefined),
    client.resolve("pro", ANN, true),
  ]);
  expect(answers).toMatchObject([
    { flag: "buyer", value: true },
    { flag: "buyer", value: "red", errorCode: "TYPE_MISMATCH" },
    { flag: "tried", value: true },
    { flag: "pro", value: true, errorCode: "FLAG_NOT_FOUND" },
  ]);
  expect(decideCalls()).toMatchObject([{ userId: "ann", flags: ["buyer", "tried", "pro"], placements: [] }]);
  expect(client.value("buyer", ANN, false)).toBe(true);
  expect(client.details("buyer", { ...ANN, traits: { plan: "pro" } }, true)).toMatchObject(notReady);
  client.track(ANN, "buy");
  await client.flush();
  expect(client.details("buyer", ANN, true)).toMatchObject(notReady);
});

test("a decision is remembered no longer than until", async () => {
  const client = await connect();
  peer.decide = () => ({
    buyer: { flag: "buyer", value: true, variation: "on", reason: "DEFAULT", until: Date.now() },
  });
  expect((await client.resolve("buyer", ANN, false)).value).toBe(true);
  expect(client.details("buyer", ANN, false)).toMatchObject({ errorCode: "PROVIDER_NOT_READY" });
});

test("before the definitions are here the edge decides, and without it nothing does", async () => {
  const client = await connect({ refresh: false, timeout: 200 });
  peer.decide = () => ({
    pro: { flag: "pro", value: true, variation: "on", reason: "DEFAULT", until: null },
  });
  expect(client.details("pro", ANN, false)).toMatchObject({ errorCode: "PROVIDER_NOT_READY" });
  expect(await client.resolve("pro", ANN, false)).toMatchObject({ value: true, reason: "DEFAULT" });
  await peer.stop();
  expect(await client.resolve("buyer", ANN, true)).toMatchObject({
    value: true,
    errorCode: "PROVIDER_NOT_READY",
  });
  expect(await client.resolve("buyer", {}, true)).toMatchObject({ errorCode: "PROVIDER_NOT_READY" });
  expect(codes()).toEqual([expect.stringMatching(/^(unreachable|timeout)$/), "user-missing"]);
});

test("who gets to see an arm is exposed once, under the id that everyone gives it", async () => {
  const client = await connect();
  peer.decide = () => ({ tried: split("on") });
  const look = { expose: false };
  await client.resolve("tried", ANN, false, look);
  expect(client.details("tried", ANN, false, look).value).toBe(true);
  await client.flush();
  expect(exposures()).toEqual([]);
  for (let count = 0; count < 3; count++) expect(client.value("tried", ANN, false)).toBe(true);
  await client.flush();
  await client.resolve("tried", ANN, false);
  await client.flush();
  expect(exposures()).toMatchObject([
    {
      id: exposureId("try", 1, "ann"),
      userId: "ann",
      props: { flag: "tried", experiment: "try", iteration: 1, variation: "on", unit: "ann" },
    },
  ]);
  expect(peer.count("/v1/batch")).toBe(1);
});

test("an exposure that waits binds, whatever becomes of the experiment meanwhile", async () => {
  const client = await connect({ refresh: 1_000 });
  peer.unavailable.add("/v1/batch");
  peer.decide = () => ({ tried: split("on"), device: { ...split("off", "d"), flag: "device" } });
  const user = { ...ANN, anonymousId: "d" };
  await client.resolve("tried", user, false);
  const updated = new Promise<void>((resolve) => {
    client.subscribe(({ type }) => type === "updated" && resolve());
  });
  peer.decisions = { ...DECISIONS, flags: { ...DECISIONS.flags, other: onOff } };
  peer.version = "2";
  await updated;
  // What was remembered of the edge is gone.
  expect(client.details("tried", user, false)).toMatchObject({
    value: true,
    reason: "SPLIT",
    assignment: { variation: "on", settled: true },
  });
  expect(client.details("tried", { userId: "bob" }, false)).toMatchObject({
    errorCode: "PROVIDER_NOT_READY",
  });
  await client.resolve("buyer", user, false);
  await client.resolve("buyer", { userId: "bob" }, false);
  expect(decideCalls().map((call) => decideRequest.parse(call).overrides)).toEqual([
    { experiments: {} },
    { experiments: { try: "on" } },
    { experiments: {} },
  ]);
  peer.unavailable.clear();
  await client.flush();
  expect(exposures()).toHaveLength(1);
  expect(client.details("tried", user, false)).toMatchObject({ errorCode: "PROVIDER_NOT_READY" });
});

test("a device's exposure that waits binds the device", async () => {
  const client = await connect();
  peer.unavailable.add("/v1/batch");
  const device = { ...split("off", "d"), flag: "device", assignment: assignment("off", "d", "device") };
  peer.decide = () => ({ device });
  const user = { ...ANN, anonymousId: "d" };
  await client.resolve("device", user, true);
  expect(client.details("device", { ...user, traits: {} }, true)).toMatchObject({
    value: false,
    assignment: { variation: "off", settled: true },
  });
  expect(client.details("device", { ...ANN, anonymousId: "e" }, true)).toMatchObject({
    errorCode: "PROVIDER_NOT_READY",
  });
  await client.resolve("buyer", { ...ANN, anonymousId: "e" }, true);
  expect(decideCalls().at(-1)).toMatchObject({ overrides: { experiments: {} } });
  peer.unavailable.clear();
});

test("an exposure that is lost is tracked when the arm is seen again", async () => {
  const client = await connect();
  peer.decide = () => ({ tried: split("on") });
  await client.resolve("tried", ANN, false, { expose: false });
  peer.faults.push({ status: 401 });
  client.value("tried", ANN, false);
  await client.flush();
  expect(exposures()).toEqual([]);
  client.value("tried", ANN, false);
  await client.flush();
  expect(exposures()).toHaveLength(1);
});

test("overrides stand over the definitions in one client, and expose nobody", async () => {
  const overrides = { flags: { pro: "on" }, experiments: { try: "off" } };
  const client = await connect({ overrides });
  expect(client.details("pro", ANN, false)).toMatchObject({ value: true, reason: "STATIC" });
  expect(client.details("tried", ANN, true)).toMatchObject({ value: false, reason: "SPLIT" });
  peer.decide = () => ({ device: split("on") });
  await client.resolve("device", { ...ANN, anonymousId: "d" }, false);
  expect(decideCalls()).toMatchObject([{ overrides }]);
  await client.flush();
  expect(exposures()).toEqual([]);
  const make = (wrong: unknown) => () => createClient({ key: "k", endpoint: peer.url, ...Object(wrong) });
  expect(make({ overrides: { flags: { pro: true } } })).toThrow("overrides/flags/pro");
  expect(make({ overrides: [] })).toThrow("overrides");
});

test("traits that throw when they are read throw nothing at the host", async () => {
  const client = await connect();
  const traits = Object.defineProperty({}, "plan", {
    enumerable: true,
    get: () => {
      throw new Error("an error of the host");
    },
  });
  expect(client.details("pro", { userId: "ann", traits }, true)).toMatchObject({
    value: true,
    errorCode: "PROVIDER_NOT_READY",
  });
  expect(await client.resolve("pro", { userId: "ann", traits }, true)).toMatchObject({ value: true });
  expect(codes()).toEqual(["unexpected", "unexpected", "bad-traits"]);
});

test("of ids that no user has, nothing is decided here that the edge would refuse", async () => {
  const client = await connect();
  for (const user of [
    { userId: "" },
    { userId: null, anonymousId: "d" },
    { userId: 17 },
    { anonymousId: "" },
  ]) {
    expect(client.details("half", Object(user), null)).toMatchObject({ errorCode: "PROVIDER_NOT_READY" });
    expect(await client.resolve("half", Object(user), null)).toMatchObject({ value: null });
  }
  expect(new Set(codes())).toEqual(new Set(["bad-user"]));
  expect(decideCalls()).toEqual([]);
});

test("what JSON leaves out of the traits is not taken for known", async () => {
  const client = await connect();
  for (const plan of [Symbol("pro"), () => "pro"])
    expect(client.details("pro", { ...ANN, traits: { plan } }, false).errorCode).toBe("PROVIDER_NOT_READY");
  for (const plan of [null, Number.NaN, 1, true, "free"])
    expect(client.details("pro", { ...ANN, traits: { plan } }, true).value).toBe(false);
});

test("after a log-in the edge is asked once it has heard of it, and not at all while it cannot hear", async () => {
  const client = await connect({ timeout: 300 });
  peer.decide = () => ({ tried: { flag: "tried", value: true, reason: "SPLIT", until: null } });
  const user = { userId: "ann", anonymousId: "device" };
  expect(client.identify(user)).toBe(true);
  expect(client.details("tried", user, false).errorCode).toBe("PROVIDER_NOT_READY");
  expect(await client.resolve("tried", user, false)).toMatchObject({ value: true });
  const asked = peer.calls.map(({ path }) => path).filter((path) => path !== "/v1/ruleset");
  expect(asked.filter((path) => path !== "/v1/changes")).toEqual(["/v1/batch", "/v1/decide"]);

  peer.unavailable.add("/v1/batch");
  client.identify(user);
  client.identify(user);
  expect(await client.resolve("tried", { userId: "ann" }, false)).toMatchObject({
    value: false,
    errorCode: "PROVIDER_NOT_READY",
  });
  expect(await client.resolve("tried", { userId: "bob" }, false)).toMatchObject({ value: true });
  peer.unavailable.clear();
  await client.flush();
  expect(await client.resolve("tried", { userId: "ann" }, false)).toMatchObject({ value: true });
});
