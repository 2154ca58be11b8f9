import type { Store } from "../src/store/store.ts";

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
  ["is empty at first", async (store: Store) => expectEqual([...(await store.read())], [])],
  [
    "gives back what was written, in order of keys",
    async (store: Store) => {
      await store.write([
        ["op:2", { n: 2 }],
        ["op:10", { n: 10 }],
        ["op:1", { list: [1, "a", null, true] }],
      ]);
      expectEqual(
        [...(await store.read())],
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
      await store.write([
        ["a", 1],
        ["b", 1],
        ["c", 1],
      ]);
      await store.write([
        ["a", 2],
        ["b", undefined],
        ["never there", undefined],
        ["c", undefined],
        ["c", 3],
      ]);
      expectEqual(
        [...(await store.read())],
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
      await store.write([["kept", 1]]);
      const changes: [string, unknown][] = [
        ["kept", undefined],
        ["new", 1],
        ["not data", () => {}],
      ];
      expectEqual(await rejects(store.write(changes)), true);
      expectEqual([...(await store.read())], [["kept", 1]]);
    },
  ],
  [
    "carries out writes in the order of the calls, without waiting in between",
    async (store: Store) => {
      await Promise.all(Array.from({ length: 50 }, (_, n) => store.write([["last", n]])));
      expectEqual([...(await store.read())], [["last", 49]]);
    },
  ],
  [
    "keeps what was written, not what becomes of it",
    async (store: Store) => {
      const value = { n: 1 };
      await store.write([["a", value]]);
      value.n = 2;
      expectEqual([...(await store.read())], [["a", { n: 1 }]]);
    },
  ],
  [
    "gives all who claim a key the value of one",
    async (store: Store) => {
      const claims = await Promise.all(["x", "y", "z"].map((owner) => store.claim("a", { owner })));
      for (const found of claims) expectEqual(found, claims[0]);
      expectEqual([...(await store.read())], [["a", claims[0]]]);
      await store.write([["a", 2]]);
      expectEqual(await store.claim("a", 3), 2);
      await store.write([["a", undefined]]);
      expectEqual(await store.claim("a", 4), 4);
    },
  ],
  [
    "forgets everything, and begins anew",
    async (store: Store) => {
      await store.write([
        ["a", 1],
        ["b", 2],
      ]);
      await store.clear();
      expectEqual([...(await store.read())], []);
      await store.write([["c", 3]]);
      await Promise.all([store.clear(), store.write([["d", 4]])]);
      expectEqual([...(await store.read())], [["d", 4]]);
      await store.clear();
      await store.clear();
    },
  ],
  [
    "takes hostile keys and names as any other",
    async (store: Store) => {
      const value = JSON.parse('{"__proto__":{"x":1},"constructor":1,"\\u0000":2,"\\ud800":3}');
      await store.write([
        ["__proto__", value],
        ["", 1],
        ["op:\u0000", 2],
      ]);
      expectEqual(
        [...(await store.read())],
        [
          ["", 1],
          ["__proto__", value],
          ["op:\u0000", 2],
        ],
      );
    },
  ],
]);
