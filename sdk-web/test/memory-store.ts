import type { Change, Records, Store } from "../src/store/store.ts";

/** Keeps records as long as the page lives. */
export class MemoryStore implements Store {
  readonly #records = new Map<string, unknown>();

  async transact(
    first: string,
    last: string,
    decide: (found: Records) => Iterable<Change>,
  ): Promise<Records> {
    const sorted = [...this.#records].sort(([a], [b]) => (a < b ? -1 : 1));
    const found = new Map(structuredClone(sorted.filter(([key]) => key >= first && key <= last)));
    const changes = [...decide(found)].map(([key, value]): Change => [key, structuredClone(value)]);
    for (const [key, value] of changes) {
      if (value === undefined) this.#records.delete(key);
      else this.#records.set(key, value);
    }
    return found;
  }

  async close(): Promise<void> {}

  /** All that is kept. */
  read(): Promise<Records> {
    return readAll(this);
  }
}

/** All that a store keeps. */
export function readAll(store: Store): Promise<Records> {
  return store.transact("", "\uffff\uffff", () => []);
}

/** Makes changes whatever stands there. */
export async function write(store: Store, changes: Iterable<Change>): Promise<void> {
  await store.transact("", "", () => changes);
}
