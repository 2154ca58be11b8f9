import { type Client, createClient, type MusterError } from "@muster/node";
import { MusterProvider } from "@muster/node/openfeature";
import type { CreatedKey } from "@muster/rules/wire";
import {
  AsyncLocalStorageTransactionContextPropagator,
  type EventDetails,
  type Hook,
  OpenFeature,
  ProviderEvents,
  ProviderStatus,
} from "@openfeature/server-sdk";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Edge, startEdge } from "../edge/dev/start-edge.ts";
import { runCommand } from "../sdk-node/src/testing/command-line.ts";

let edge: Edge;
let secret: string;
let errors: MusterError[];
const clients: Client[] = [];

const onOff = { type: "boolean", variations: { on: true, off: false }, enabled: true, off: "off" } as const;
const FLAGS = {
  pro: {
    ...onOff,
    otherwise: "off",
    rules: [{ key: "pro", audience: { rule: { trait: "plan", op: "eq", value: "pro" } }, variation: "on" }],
  },
  buyer: {
    ...onOff,
    otherwise: "off",
    rules: [{ key: "b", audience: { rule: { event: "buy", op: "gte", value: 1 } }, variation: "on" }],
  },
  tried: { ...onOff, otherwise: "off", rules: [{ key: "x", experiment: "try" }] },
  size: { type: "number", variations: { s: 1, l: 2 }, enabled: true, off: "s", otherwise: "l" },
  layout: { type: "json", variations: { a: { columns: 2 } }, enabled: true, off: "a", otherwise: "a" },
  colour: { type: "string", variations: { red: "#f00" }, enabled: false, off: "red", otherwise: "red" },
};

/** Runs the command line with the admin's key. */
const muster = (argv: readonly string[], stdin: unknown = {}) =>
  runCommand(edge.url, argv, JSON.stringify(stdin), { MUSTER_KEY: edge.adminKey });

beforeAll(async () => {
  edge = await startEdge();
  const headers = { authorization: `Bearer ${edge.adminKey}` };
  const body = JSON.stringify({ kind: "secret", name: "test" });
  const answer = await fetch(`${edge.url}/v1/keys`, { method: "POST", headers, body });
  const created: CreatedKey = await answer.json();
  secret = created.key;
  const experiment = { enabled: true, weights: { on: 100, off: 0 } };
  expect(await muster(["experiments", "put", "try", "-"], experiment)).toMatchObject({ code: 0, err: "" });
  for (const [key, flag] of Object.entries(FLAGS))
    expect(await muster(["flags", "put", key, "-"], flag)).toMatchObject({ code: 0, err: "" });
});
afterAll(() => edge.stop());
afterEach(async () => {
  await OpenFeature.close();
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function connect(key = secret, endpoint = edge.url): Client {
  errors = [];
  const onError = (error: MusterError) => errors.push(error);
  const client = createClient({ key, endpoint, onError, refresh: 1_000, timeout: 2_000 });
  clients.push(client);
  return client;
}

test("what is put on the command line is listed, got, decided and archived", async () => {
  const { out: list } = await muster(["flags", "list"]);
  expect(list.split("\n")[0]).toBe("KEY     NAME  ENABLED  VERSION");
  expect(list).toContain("colour        no       v1");
  const got = await muster(["flags", "get", "size"]);
  expect(JSON.parse(got.out)).toEqual(FLAGS.size);
  expect((await muster(["flags", "put", "size", "-", "--if-match", "7"], FLAGS.size)).code).toBe(1);
  expect((await muster(["flags", "put", "size", "-"], { ...FLAGS.size, otherwise: "none" })).err).toContain(
    "/otherwise",
  );
  expect((await muster(["flags", "put", "size", "no-such-file"])).err).toContain("cannot be read");
  const decided = await muster(["decide", "--user", "zoe", "pro", "size", "--traits", '{"plan":"pro"}']);
  expect(decided.out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["FLAG", "VARIATION", "VALUE", "REASON", "BY", "UNTIL"],
    ["pro", "on", "true", "TARGETING_MATCH", "pro", "-"],
    ["size", "l", "2", "DEFAULT", "-", "-"],
    [""],
  ]);
  const explained = await muster(["decide", "--user", "zoe", "buyer", "--explain"]);
  expect(explained.out).toContain("$flag/buyer/b\n✗");
  expect(await muster(["decide", "--user", "zoe", "gone"])).toMatchObject({ code: 1 });
  expect((await muster(["decide", "--user", "zoe", "tried"])).out).toContain("x: try, not yet exposed");

  await muster(["flags", "put", "old", "-"], FLAGS.size);
  const all = await muster(["decisions", "export"]);
  expect(await muster(["flags", "archive", "old"])).toMatchObject({ code: 0, out: "old is archived\n" });
  expect((await muster(["flags", "list"])).out).not.toContain("old");
  expect((await muster(["flags", "list", "--archived"])).out).toContain("old");
  const document = JSON.parse(all.out);
  const dry = await muster(["decisions", "import", "-", "--dry"], document);
  expect(dry.out).toContain("/flags/old");
  expect(dry.out).toContain("nothing was done");
  delete document.document.flags.old;
  delete document.about.flags.old;
  expect(await muster(["decisions", "import", "-"], document)).toMatchObject({ code: 0 });
});

test("a new iteration draws anew, as asked for on the command line", async () => {
  await muster(["experiments", "put", "again", "-"], { enabled: true, weights: { on: 50, off: 50 } });
  const iterate = ["experiments", "iterate", "again"];
  expect(await muster(iterate)).toMatchObject({ code: 0, out: "again is at iteration 2, version 2\n" });
  const other = { enabled: true, weights: { on: 1, off: 0 } };
  expect((await muster([...iterate, "--file", "-", "--if-match", "1"], other)).code).toBe(1);
  expect((await muster([...iterate, "--file", "-", "--json"], other)).out).toContain('"iteration": 3');
  expect(JSON.parse((await muster(["experiments", "get", "again"])).out)).toMatchObject(other);
  expect((await muster(["experiments", "iterate", "gone"])).err).toContain("not-found");
});

test("whoever logs in keeps the arm that they saw before, also right away", async () => {
  await muster(["experiments", "put", "half", "-"], { enabled: true, weights: { on: 50, off: 50 } });
  await muster(["flags", "put", "halves", "-"], {
    ...onOff,
    otherwise: "off",
    rules: [{ key: "x", experiment: "half" }],
  });
  const client = connect();
  await client.ready;
  for (let n = 0; n < 12; n++) {
    const [anonymousId, userId] = [`device-${n}`, `user-${n}`];
    const seen = await client.resolve("halves", { anonymousId }, false);
    expect(seen.reason).toBe("SPLIT");
    if (n % 2 === 1) await client.flush();
    client.identify({ anonymousId, userId });
    const user = n % 3 === 0 ? { userId, anonymousId } : { userId };
    expect((await client.resolve("halves", user, false)).variation).toBe(seen.variation);
  }
  expect(errors).toEqual([]);
});

test("OpenFeature's server SDK gets values, variants, reasons and error codes", async () => {
  await OpenFeature.setProviderAndWait(new MusterProvider(connect()));
  const client = OpenFeature.getClient();
  expect(client.providerStatus).toBe(ProviderStatus.READY);
  expect(client.metadata.providerMetadata.name).toBe("Muster");
  const ann = { targetingKey: "ann", plan: "pro" };
  expect(await client.getBooleanDetails("pro", false, ann)).toEqual({
    flagKey: "pro",
    value: true,
    variant: "on",
    reason: "TARGETING_MATCH",
    flagMetadata: { rule: "pro" },
  });
  expect(await client.getBooleanValue("pro", true, { ...ann, plan: "free" })).toBe(false);
  expect(await client.getNumberDetails("size", 0)).toMatchObject({
    value: 2,
    variant: "l",
    reason: "DEFAULT",
  });
  expect(await client.getStringDetails("colour", "")).toMatchObject({ value: "#f00", reason: "DISABLED" });
  expect(await client.getObjectValue("layout", {})).toEqual({ columns: 2 });
  expect(await client.getObjectValue("layout", "any JSON")).toEqual({ columns: 2 });
  expect(await client.getStringDetails("size", "m", ann)).toMatchObject({
    value: "m",
    reason: "ERROR",
    errorCode: "TYPE_MISMATCH",
  });
  expect(await client.getObjectDetails("size", { x: 1 }, ann)).toMatchObject({
    value: { x: 1 },
    errorCode: "TYPE_MISMATCH",
  });
  expect(await client.getBooleanDetails("gone", true, ann)).toMatchObject({
    value: true,
    errorCode: "FLAG_NOT_FOUND",
  });
  expect(await client.getBooleanDetails("buyer", true, { plan: "pro" })).toMatchObject({
    value: true,
    errorCode: "TARGETING_KEY_MISSING",
  });
  expect(await client.getBooleanDetails("buyer", true, { anonymousId: 7 })).toMatchObject({
    value: true,
    errorCode: "INVALID_CONTEXT",
  });
  // Asked of the edge, of which a stranger is nobody; one who has an anonymous id alone, too.
  expect(await client.getBooleanDetails("buyer", true, ann)).toMatchObject({
    value: false,
    reason: "DEFAULT",
  });
  expect(await client.getBooleanDetails("buyer", true, { anonymousId: "d1" })).toMatchObject({
    value: false,
  });
});

test("tracking reaches the edge, and the user is what they did; an evaluation exposes", async () => {
  const muster = connect();
  await OpenFeature.setProviderAndWait(new MusterProvider(muster));
  const client = OpenFeature.getClient();
  const bea = { targetingKey: "bea" };
  expect(await client.getBooleanValue("buyer", false, bea)).toBe(false);
  client.track("buy", bea, { value: 9.5, currency: "EUR" });
  await muster.flush();
  expect(await client.getBooleanValue("buyer", false, bea)).toBe(true);
  expect(await client.getBooleanDetails("tried", false, bea)).toMatchObject({
    value: true,
    reason: "SPLIT",
    flagMetadata: { rule: "x", experiment: "try", iteration: 1 },
  });
  await muster.flush();
  expect(await muster.resolve("tried", { userId: "bea" }, false)).toMatchObject({
    assignment: { variation: "on", settled: true },
  });
  expect(errors).toEqual([]);
});

test("contexts of API, transaction, client and call are one, and hooks see what was decided", async () => {
  await OpenFeature.setProviderAndWait(new MusterProvider(connect()));
  OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
  OpenFeature.setContext({ plan: "pro" });
  const seen: string[] = [];
  const hook: Hook = {
    before: ({ context }) => {
      seen.push(`before ${context.targetingKey}`);
      return { plan: "free" };
    },
    after: (_, { variant }) => void seen.push(`after ${variant}`),
    error: (_, error) => void seen.push(`error ${(error as { code?: string }).code}`),
    finally: () => void seen.push("finally"),
  };
  const client = OpenFeature.getClient();
  const values = await new Promise<boolean[]>((resolve) => {
    OpenFeature.setTransactionContext({ targetingKey: "cid" }, async () => {
      const plain = await client.getBooleanValue("pro", false);
      const hooked = await client.getBooleanValue("pro", false, {}, { hooks: [hook] });
      await client.getBooleanValue("size", false, {}, { hooks: [hook] });
      resolve([plain, hooked]);
    });
  });
  OpenFeature.setContext({});
  expect(values).toEqual([true, false]);
  expect(seen).toEqual([
    "before cid",
    "after off",
    "finally",
    "before cid",
    "error TYPE_MISMATCH",
    "finally",
  ]);
});

test("a change of definitions is an event of the domain's provider alone", async () => {
  await OpenFeature.setProviderAndWait("shop", new MusterProvider(connect()));
  await OpenFeature.setProviderAndWait("blog", new MusterProvider(connect("mst_sec_wrong"))).catch(() => {});
  const heard: string[] = [];
  const listen = (domain: string) =>
    OpenFeature.getClient(domain).addHandler(
      ProviderEvents.ConfigurationChanged,
      (details?: EventDetails) => {
        heard.push(`${domain} ${details?.providerName}`);
      },
    );
  listen("shop");
  listen("blog");
  await muster(["flags", "put", "size", "-"], { ...FLAGS.size, otherwise: "s" });
  await expect.poll(() => heard, { timeout: 10_000 }).toContain("shop Muster");
  expect(new Set(heard)).toEqual(new Set(["shop Muster"]));
  expect(await OpenFeature.getClient("shop").getNumberValue("size", 0)).toBe(1);
  expect(OpenFeature.getClient("blog").providerStatus).toBe(ProviderStatus.FATAL);
  expect(await OpenFeature.getClient("blog").getNumberDetails("size", 0)).toMatchObject({
    value: 0,
    errorCode: "PROVIDER_FATAL",
  });
});

test("one provider may serve two domains; shut down, what is left arrives", async () => {
  const own = connect();
  const provider = new MusterProvider(own);
  await OpenFeature.setProviderAndWait("one", provider);
  await OpenFeature.setProviderAndWait("two", provider);
  OpenFeature.getClient("two").track("buy", { targetingKey: "dan" });
  await OpenFeature.close();
  const other = connect();
  expect((await other.resolve("buyer", { userId: "dan" }, false)).value).toBe(true);
  await OpenFeature.setProviderAndWait("one", provider);
  expect(await OpenFeature.getClient("one").getNumberDetails("size", 0)).toMatchObject({ variant: "s" });
});

test("without an edge a provider fails, and is ready when it comes", async () => {
  const provider = new MusterProvider(connect(secret, "http://127.0.0.1:9"));
  const heard: string[] = [];
  const client = OpenFeature.getClient();
  client.addHandler(ProviderEvents.Error, (details) => void heard.push(details?.message ?? ""));
  await expect(OpenFeature.setProviderAndWait(provider)).rejects.toThrow("unreachable");
  expect(heard).toEqual([expect.stringContaining("unreachable")]);
  expect(client.providerStatus).toBe(ProviderStatus.ERROR);
  expect(await client.getBooleanDetails("pro", true, { targetingKey: "ann" })).toMatchObject({
    value: true,
    errorCode: "PROVIDER_NOT_READY",
  });
});
