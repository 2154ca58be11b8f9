import { expect, test } from "vitest";
import { settle } from "../test/fake-clock.ts";
import { createRig } from "../test/rig.ts";
import { DATA_DEPTH } from "./bounds.ts";

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
