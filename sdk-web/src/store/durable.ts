import { DISK_MS } from "../bounds.ts";
import type { Clock } from "../clock.ts";
import type { Store } from "./store.ts";

/** A store that the page can rely on: it never rejects. */
export interface DurableStore extends Omit<Store, "read"> {
  /** Everything that is kept; undefined where there is no disk, or none that answers: from then on there is none. */
  read(): Promise<ReadonlyMap<string, unknown> | undefined>;
}

/**
 * Writes that come while one is under way go to disk together in the next transaction. What the disk does not
 * take stays in memory and is tried again with the next write; each failure is told. Without a disk nothing
 * outlives the page.
 */
export function createDurableStore(
  disk: Store | undefined,
  clock: Clock,
  onFault: (error: unknown) => void,
): DurableStore {
  /** What the disk did not take. */
  let unwritten = new Map<string, unknown>();
  /** What goes to disk with the next transaction, and when it is there. */
  let batch: { changes: Map<string, unknown>; written: Promise<void> } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** A disk that never answers (a blocked or broken database) counts as one that failed. */
  const inTime = <T>(work: Promise<T> | undefined): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(DISK_MS, () => reject(new Error("timeout")));
      Promise.resolve(work).then(resolve, reject).finally(cancel);
    });

  /** Does something after all that was asked for before it. */
  const enqueue = <T>(work: () => Promise<T>, otherwise: () => T): Promise<T> => {
    batch = undefined;
    const done = last.then(work).catch((error) => {
      onFault(error);
      return otherwise();
    });
    last = done;
    return done;
  };

  const flush = async (changes: Map<string, unknown>): Promise<void> => {
    if (batch?.changes === changes) batch = undefined;
    unwritten = new Map([...unwritten, ...changes]);
    await inTime(disk?.write(unwritten));
    unwritten = new Map();
  };
  const ignore = (): void => {};

  return {
    read: () =>
      enqueue(
        async () => {
          const records = await inTime(disk?.read());
          // What the disk did not take is newer than what stands there.
          return records && new Map([...records, ...unwritten].filter(([, value]) => value !== undefined));
        },
        () => {
          disk = undefined;
          return undefined;
        },
      ),

    /** Resolves once the changes are on disk, or once the disk has failed and memory holds them. */
    write(changes) {
      if (!batch) {
        const own = new Map<string, unknown>();
        batch = { written: enqueue(() => flush(own), ignore), changes: own };
      }
      for (const [key, value] of changes) batch.changes.set(key, value);
      return batch.written;
    },

    claim: (key, value) =>
      enqueue(
        async () => (await inTime(disk?.claim(key, value))) ?? value,
        () => value,
      ),

    clear: () =>
      enqueue(async () => {
        unwritten.clear();
        await inTime(disk?.clear());
      }, ignore),

    async close() {
      await last;
      await disk?.close();
    },
  };
}
