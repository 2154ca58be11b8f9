import { beforeEach, expect, test } from "vitest";
import { readMigrations } from "./bundle.ts";
import { createD1 } from "./d1.ts";
import { Database } from "./database.ts";

let database: Database;
let db: D1Database;
let calls: string[];

beforeEach(() => {
  database = new Database(["create table t (id integer primary key, value text not null) strict"]);
  calls = [];
  db = createD1(database, async (what, run) => {
    calls.push(what);
    return run();
  });
});

const ids = async () => (await db.prepare("select id from t order by id").raw<[number]>()).map(([id]) => id);
const insert = (id: number) => db.prepare("insert into t values (?, ?)").bind(id, "x");

test("a failing statement rolls its whole batch back", async () => {
  await insert(1).run();
  await expect(db.batch([insert(2), insert(1), insert(3)])).rejects.toThrow(/UNIQUE constraint failed: t.id/);
  expect(await ids()).toEqual([1]);
  await db.batch([insert(2), insert(3)]);
  expect(await ids()).toEqual([1, 2, 3]);
});

test("a batch passes the gate once, and answers for each of its statements", async () => {
  const results = await db.batch<{ id: number }>([insert(1), db.prepare("select id from t"), insert(2)]);
  expect(calls).toEqual(["batch of 3"]);
  expect(results.map(({ results, meta }) => [results.map(({ id }) => id), meta.changes])).toEqual([
    [[], 1],
    [[1], 0],
    [[], 1],
  ]);
});

test("a call that the gate holds back has no effect", async () => {
  const held = createD1(database, () => Promise.reject(new Error("lost")));
  await expect(
    held.batch([insert(1)].map(() => held.prepare("insert into t values (1, 'x')"))),
  ).rejects.toThrow("lost");
  expect(await ids()).toEqual([]);
});

test("numbers and booleans are bound as REAL, as D1 binds them", async () => {
  const types = db.prepare("select typeof(?1) as n, typeof(?2) as b, typeof(?3) as s, typeof(?4) as z");
  expect(await types.bind(5, true, "5", null).first()).toEqual({
    n: "real",
    b: "real",
    s: "text",
    z: "null",
  });
});

test("values that D1 does not take are refused", async () => {
  await expect(db.prepare("select ?").bind(undefined).all()).rejects.toThrow(/not supported/);
  await expect(db.prepare("select ?").bind({}).all()).rejects.toThrow(/not supported/);
});

test.each([
  [100, true],
  [101, false],
])("%i parameters are within the limit: %s", async (count, isTaken) => {
  const query = db.prepare(`select ${Array(count).fill("?").join("+")} as sum`).bind(...Array(count).fill(1));
  if (isTaken) expect(await query.first("sum")).toBe(count);
  else await expect(query.first("sum")).rejects.toThrow(/too many/);
});

test("the edge's tables go back to what was kept of them", () => {
  const edge = new Database(readMigrations());
  edge.keep();
  const before = edge.select("select * from workspace");
  edge.select("insert into conflicts select 'x' where false");
  edge.run({ sql: "update workspace set version = 7", values: [] });
  edge.run({ sql: "insert into identities values ('user', 'ann', 1)", values: [] });
  edge.restore();
  expect(edge.select("select * from workspace")).toEqual(before);
  expect(edge.select("select * from identities")).toEqual([]);
});
