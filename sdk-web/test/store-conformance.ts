import type { Change, Store } from "../src/store/store.ts";
import { readAll, write } from "./memory-store.ts";

function expectEqual(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}

async function rejects(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => false,
    () => true,
  );
}

/** What every store must do. Runs wherever a store does, so it needs no test library. */
export const CONFORMANCE: ReadonlyMap<string, (store: Store) => Promise<void>> = new Map([
  ["is empty at first", async (store: Store) => expectEqual([...(await readAll(store))], [])],
  [
    "gives back what was written, in order of keys",
    async (store: Store) => {
      await write(store, [
        ["op:2", { n: 2 }],
        ["op:10", { n: 10 }],
        ["op:1", { list: [1, "a", null, true] }],
      ]);
      expectEqual(
        [...(await readAll(store))],
        [
          ["op:1", { list: [1, "a", null, true] }],
          ["op:10", { n: 10 }],
          ["op:2", { n: 2 }],
        ],
      );
    },
  ],
  [
    "replaces, forgets, and takes the last change of a key",
    async (store: Store) => {
      await write(store, [
        ["a", 1],
        ["b", 1],
        ["c", 1],
      ]);
      await write(store, [
        ["a", 2],
        ["b", undefined],
        ["never there", undefined],
        ["c", undefined],
        ["c", 3],
      ]);
      expectEqual(
        [...(await readAll(store))],
        [
          ["a", 2],
          ["c", 3],
        ],
      );
    },
  ],
  [
    "makes all changes of a write or none",
    async (store: Store) => {
      await write(store, [["kept", 1]]);
      const changes: [string, unknown][] = [
        ["kept", undefined],
        ["new", 1],
        ["not data", () => {}],
      ];
      expectEqual(await rejects(write(store, changes)), true);
      expectEqual([...(await readAll(store))], [["kept", 1]]);
    },
  ],
  [
    "carries out writes in the order of the calls, without waiting in between",
    async (store: Store) => {
      await Promise.all(Array.from({ length: 50 }, (_, n) => write(store, [["last", n]])));
      expectEqual([...(await readAll(store))], [["last", 49]]);
    },
  ],
  [
    "keeps what was written, not what becomes of it",
    async (store: Store) => {
      const value = { n: 1 };
      await write(store, [["a", value]]);
      value.n = 2;
      expectEqual([...(await readAll(store))], [["a", { n: 1 }]]);
    },
  ],
  [
    "gives what stands between two keys, both included",
    async (store: Store) => {
      await write(store, [
        ["a", 1],
        ["b", 2],
        ["b:1", 3],
        ["c", 4],
        ["d", 5],
      ]);
      const between = async (first: string, last: string) => [
        ...(await store.transact(first, last, () => [])),
      ];
      expectEqual(await between("b", "c"), [
        ["b", 2],
        ["b:1", 3],
        ["c", 4],
      ]);
      expectEqual(await between("b:0", "bz"), [["b:1", 3]]);
      expectEqual(await between("x", "y"), []);
    },
  ],
  [
    "decides over what stands there, one after the other, and gives what was there before",
    async (store: Store) => {
      const claim = (owner: string) =>
        store.transact("a", "a", (found): Change[] => (found.has("a") ? [] : [["a", owner]]));
      const claims = await Promise.all(["x", "y", "z"].map(claim));
      expectEqual(
        claims.map((found) => [...found]),
        [[], [["a", "x"]], [["a", "x"]]],
      );
      expectEqual([...(await readAll(store))], [["a", "x"]]);
      const add = () =>
        store.transact("n", "n", (found): Change[] => [["n", Number(found.get("n") ?? 0) + 1]]);
      await Promise.all(Array.from({ length: 20 }, add));
      expectEqual((await readAll(store)).get("n"), 20);
    },
  ],
  [
    "changes nothing where the decision throws",
    async (store: Store) => {
      await write(store, [["a", 1]]);
      const refused = store.transact("a", "a", () => {
        throw new Error("undecided");
      });
      expectEqual(await rejects(refused), true);
      expectEqual([...(await readAll(store))], [["a", 1]]);
    },
  ],
  [
    "takes hostile keys and names as any other",
    async (store: Store) => {
      const value = JSON.parse('{"__proto__":{"x":1},"constructor":1,"\\u0000":2,"\\ud800":3}');
      await write(store, [
        ["__proto__", value],
        ["", 1],
        ["op:\u0000", 2],
      ]);
      expectEqual(
        [...(await readAll(store))],
        [
          ["", 1],
          ["__proto__", value],
          ["op:\u0000", 2],
        ],
      );
    },
  ],
]);
