import { readFileSync } from "node:fs";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { type Client, ErrorCode, OpenFeature } from "@openfeature/server-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AskedCase, type DefinitionsLine, readCases } from "../conformance/cases.ts";
import { experimentWith, FLAGS, type FlagsEdge, HALVES, startFlagsEdge } from "./flags-edge.ts";

let edge: FlagsEdge;
beforeAll(async () => {
  edge = await startFlagsEdge();
});
afterAll(async () => {
  await OpenFeature.clearProviders();
  await edge?.stop();
});

let domains = 0;

/** An OpenFeature client over the official provider, and the paths that it has asked for. */
async function connect(
  to: { url: string },
  headers: [string, string][],
): Promise<{ client: Client; requests: string[] }> {
  const requests: string[] = [];
  const domain = `domain-${domains++}`;
  const provider = new OFREPProvider({
    baseUrl: to.url,
    headers,
    fetchImplementation: (input, init) => {
      const request = new Request(input, init);
      requests.push(new URL(request.url).pathname);
      return fetch(request);
    },
  });
  await OpenFeature.setProviderAndWait(domain, provider);
  return { client: OpenFeature.getClient(domain), requests };
}

const bearer = (key: string): [string, string][] => [["Authorization", `Bearer ${key}`]];

test("values of all types, with why", async () => {
  await edge.put({ flags: FLAGS });
  const { client } = await connect(edge, bearer(edge.secret));
  const ann = { targetingKey: "ann", plan: "pro" };
  expect(await client.getBooleanValue("is-new", false, ann)).toBe(true);
  expect(await client.getStringValue("title", "?", ann)).toBe("Welcome");
  expect(await client.getNumberValue("limit", 7, ann)).toBe(0.5);
  expect(await client.getObjectValue("layout", {}, ann)).toEqual({ columns: [1, { wide: null }] });
  expect(await client.getStringValue("title", "?", { targetingKey: "bob" })).toBe("");
  expect(await client.getNumberValue("limit", 7)).toBe(0);
  expect(await client.getBooleanDetails("is-new", false, ann)).toMatchObject({
    value: true,
    variant: "on",
    reason: "TARGETING_MATCH",
    flagMetadata: { rule: "pros" },
  });
  expect(await client.getBooleanDetails("dark", true, ann)).toMatchObject({
    value: false,
    reason: "DISABLED",
  });
});

test("the caller's default, where there is no answer", async () => {
  await edge.put({ flags: FLAGS });
  const { client } = await connect(edge, [["X-API-Key", edge.secret]]);
  expect(await client.getNumberDetails("title", 7)).toMatchObject({
    value: 7,
    errorCode: ErrorCode.TYPE_MISMATCH,
  });
  for (const key of ["none", "a/b c?d#e", "__proto__", "is new"]) {
    const details = await client.getBooleanDetails(key, true);
    expect(details).toMatchObject({ value: true, errorCode: ErrorCode.FLAG_NOT_FOUND });
  }
  const context = { targetingKey: "x".repeat(257) };
  expect(await client.getBooleanDetails("is-new", true, context)).toMatchObject({
    value: true,
    errorCode: ErrorCode.INVALID_CONTEXT,
    errorMessage: expect.stringContaining("/context/targetingKey"),
  });
  const stranger = await connect(edge, bearer("mst_sec_none"));
  expect(await stranger.client.getBooleanDetails("is-new", true)).toMatchObject({
    value: true,
    errorCode: ErrorCode.GENERAL,
  });
});

test("dates and nested values of a context", async () => {
  const rules = [
    {
      key: "old",
      audience: { rule: { trait: "since", op: "before", value: "2026-01-01" } },
      variation: "on",
    },
  ] as const;
  await edge.put({ flags: { ...FLAGS, old: { ...FLAGS["is-new"], rules } as (typeof FLAGS)[string] } });
  const { client } = await connect(edge, bearer(edge.secret));
  const context = { targetingKey: "ann", cart: { items: [1, [2]] } };
  expect(await client.getBooleanValue("old", false, { ...context, since: new Date("2025-06-01") })).toBe(
    true,
  );
  expect(await client.getBooleanValue("old", true, { ...context, since: new Date("2026-06-01") })).toBe(
    false,
  );
});

test("an arm that was used sticks, whatever becomes of the weights", async () => {
  await edge.put(HALVES);
  const { client } = await connect(edge, bearer(edge.secret));
  const users = Array.from({ length: 6 }, (_, at) => ({ targetingKey: `user-${at}` }));
  const ask = () => Promise.all(users.map((user) => client.getBooleanDetails("tested", false, user)));
  const before = await ask();
  expect(new Set(before.map(({ variant }) => variant)).size).toBe(2);
  // What is recorded after the answer is there a moment later.
  await expect
    .poll(async () => (await ask()).map(({ flagMetadata }) => flagMetadata.settled))
    .toEqual(users.map(() => true));
  await edge.put(experimentWith({ on: [[0, 2 ** 32]], off: [] }));
  expect((await ask()).map(({ variant }) => variant)).toEqual(before.map(({ variant }) => variant));
  const late = await client.getBooleanDetails("tested", false, { targetingKey: "late" });
  expect([late.variant, late.flagMetadata.settled]).toEqual(["on", false]);
});

test("nothing is asked while the edge has said to wait", async () => {
  const limited = await startFlagsEdge({ rateLimit: { limit: 3, period: 60 } });
  try {
    await limited.put({ flags: FLAGS });
    const { client, requests } = await connect(limited, bearer(limited.secret));
    const ask = () => client.getStringDetails("title", "?", { plan: "pro" });
    // A window may end in between.
    let details = await ask();
    for (let count = 0; count < 10 && details.errorCode === undefined; count++) details = await ask();
    expect(details).toMatchObject({ value: "?", errorCode: ErrorCode.GENERAL });
    const { length } = requests;
    for (let count = 0; count < 3; count++) expect(await ask()).toMatchObject({ value: "?" });
    expect(requests).toHaveLength(length);
    const other = await fetch(`${limited.url}/ofrep/v1/evaluate/flags/title`, {
      method: "POST",
      headers: { authorization: `Bearer ${limited.publishable}` },
      body: '{"context":{}}',
    });
    expect(other.status).toBe(200);
  } finally {
    await limited.stop();
  }
});

test("vectors whose default has another type than the flag", async () => {
  const text = readFileSync(new URL("../vectors/decisions.jsonl", import.meta.url), "utf8");
  const lines = readCases({ name: "decisions.jsonl", text });
  const isMismatch = (one: (typeof lines)[number]): one is AskedCase =>
    "ask" in one && one.expect.errorCode === "TYPE_MISMATCH";
  const cases = lines.filter(isMismatch);
  expect(cases).toHaveLength(4);
  const { client } = await connect(edge, bearer(edge.secret));
  for (const { with: id, ask, user, expect: expected } of cases) {
    const line = lines.find((one): one is DefinitionsLine => "definitions" in one && one.id === id);
    if (line === undefined || !("flag" in ask)) throw new Error(`${id} has no flag`);
    await edge.put(line.definitions);
    const context = { ...(user.id != null && { targetingKey: user.id }) };
    const fallback = ask.default;
    const details =
      typeof fallback === "string"
        ? await client.getStringDetails(ask.flag, fallback, context)
        : typeof fallback === "number"
          ? await client.getNumberDetails(ask.flag, fallback, context)
          : await client.getObjectDetails(ask.flag, {}, context);
    expect(details).toMatchObject(expected);
  }
});
