import { expect, test } from "vitest";
import { settle } from "../test/fake-clock.ts";
import { write } from "../test/memory-store.ts";
import { createRig } from "../test/rig.ts";
import { DATA_DEPTH, NAME_LENGTH } from "./bounds.ts";
import { isRecord } from "./records.ts";

/** An object of so many levels. */
function nest(levels: number): { [name: string]: unknown } {
  let data = {};
  for (let level = 1; level < levels; level++) data = { data };
  return data;
}

test("data is as deep as the edge reads and not one level deeper", async () => {
  const { edge, problems, open } = createRig();
  const client = open();
  for (const levels of [DATA_DEPTH - 1, DATA_DEPTH]) await client.track("view", nest(levels));
  expect(problems).toEqual([]);
  await client.track("view", nest(DATA_DEPTH + 1));
  await client.track("view", { list: JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`) });
  expect(problems.map(({ code, path }) => [code, path])).toEqual([
    ["invalid-argument", "props"],
    ["invalid-argument", "props"],
  ]);
  await client.flush();
  expect(edge.taken).toHaveLength(2);
});

test("no call throws, whatever it is given", async () => {
  const { problems, open } = createRig();
  const client = open();
  const trap: { [name: string]: unknown } = {
    get price() {
      throw new Error("the application's own");
    },
  };
  await client.page(trap);
  await client.track("view", trap);
  await client.identify("anna", trap);
  await client.setTraits(trap);
  expect(problems.map(({ code, path }) => [code, path])).toEqual([
    ["invalid-argument", "props"],
    ["invalid-argument", "props"],
    ["invalid-argument", "traits"],
    ["invalid-argument", "traits"],
  ]);
  expect(client.status.pending).toBe(0);
});

test("a listener that subscribes again is not called without end, and one that was ended is not called", async () => {
  const client = createRig().open();
  let calls = 0;
  const again = (): void => {
    if (++calls < 100) client.subscribe(again);
  };
  client.subscribe(again);
  client.subscribe(() => end());
  const end = client.subscribe(() => {
    calls += 1_000;
  });
  await client.flush();
  await settle();
  expect(calls).toBe(1);
});

test("an answer without a problem document loses and stops nothing", async () => {
  const { clock, edge, problems, open } = createRig();
  const client = open();
  await client.flush();
  for (const status of [400, 401, 403, 413, 422]) {
    edge.intercept = () => new Response("<h1>Log in to this network</h1>", { status });
    void client.track("view");
    await client.flush();
  }
  expect(client.status).toMatchObject({ pending: 5, parked: 0 });
  expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["bad-answer"]));
  edge.intercept = () => undefined;
  await clock.pass(60_000);
  expect(client.status.pending).toBe(0);
  expect(edge.taken).toHaveLength(5);
});

test("the first sync does not wait", async () => {
  const { clock, edge, open } = createRig();
  const client = open({ userId: "anna" });
  await client.ready;
  await clock.pass(0);
  expect(edge.requests.length).toBe(1);
});

test("closed in the middle of a request, a client ends without a fault", async () => {
  const { clock, edge, disk, problems, open } = createRig();
  let closed = false;
  const client = open(
    {},
    {
      transact: (first, last, decide) =>
        closed ? Promise.reject(new Error("closed")) : disk.transact(first, last, decide),
      clear: () => disk.clear(),
      close: async () => {
        closed = true;
      },
    },
  );
  await client.flush();
  void client.track("view");
  const flushed = client.flush();
  await client.close();
  await flushed;
  await clock.pass(1_000_000);
  expect(problems).toEqual([]);
  expect(edge.taken).toHaveLength(1);
});

test("a slash at the end of the endpoint does no harm", async () => {
  const { edge, open } = createRig();
  const urls: string[] = [];
  const { fetch } = edge;
  Object.assign(edge, {
    fetch: (url: string, init: RequestInit) => {
      urls.push(url);
      return fetch(url, init);
    },
  });
  await open({ endpoint: "https://segments.example.com/" }).flush();
  expect(urls).toEqual(["https://segments.example.com/v1/sync"]);
});

test("rubble on disk, among operations or in what is known, stops nothing", async () => {
  const { disk, edge, open } = createRig();
  const first = open();
  await first.identify("anna");
  await first.flush();
  await first.close();
  const past = (await disk.read()).get("identity:past");
  const { anonymousId } = first.inspect()?.user ?? {};
  for (const traits of [null, { plan: null }]) {
    await write(disk, [
      ["op:rubble", { id: "rubble", anonymousId }],
      ["op:waste", { id: "waste", anonymousId, type: "set", set: null }],
      ["identity:past", { ...(isRecord(past) && past), traits }],
    ]);
    const client = open();
    await client.ready;
    expect(client.membership("pro").ready).toBe(false);
    await client.track("view");
    await client.flush();
    expect(client.status.pending).toBe(0);
    expect(client.membership("pro")).toMatchObject({ member: false, ready: true });
    await client.close();
  }
  expect(edge.taken.filter(({ type }) => type === "track")).toHaveLength(2);
});

test("a user's id that is none, as a template leaves one empty, is reported and nobody's", async () => {
  const { edge, problems, open } = createRig();
  for (const userId of ["", "x".repeat(NAME_LENGTH + 1), Object(null)]) {
    const client = open({ userId, storage: "memory" });
    await client.track("view");
    await client.flush();
    expect(client.status).toMatchObject({ pending: 0, parked: 0 });
    expect(client.inspect()?.user.id).toBe(null);
    await client.close();
  }
  expect(problems.map(({ code, path }) => [code, path])).toEqual(
    Array(3).fill(["invalid-argument", "userId"]),
  );
  expect(edge.taken.map(({ type }) => type)).toEqual(["track", "track", "track"]);
});
