import type { Change, Store } from "../src/store/store.ts";

/** Keeps records as long as the page lives. */
export class MemoryStore implements Store {
  readonly #records = new Map<string, unknown>();

  async read(): Promise<ReadonlyMap<string, unknown>> {
    return new Map([...this.#records].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async write(changes: Iterable<Change>): Promise<void> {
    const copies = [...changes].map(([key, value]): Change => [key, structuredClone(value)]);
    for (const [key, value] of copies) {
      if (value === undefined) this.#records.delete(key);
      else this.#records.set(key, value);
    }
  }

  async claim(key: string, value: unknown): Promise<unknown> {
    if (!this.#records.has(key)) this.#records.set(key, structuredClone(value));
    return structuredClone(this.#records.get(key));
  }

  async clear(): Promise<void> {
    this.#records.clear();
  }

  async close(): Promise<void> {}
}
