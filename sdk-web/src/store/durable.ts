import { DISK_MS } from "../bounds.ts";
import type { Clock } from "../clock.ts";
import type { Change, Store } from "./store.ts";

/**
 * A store that the page can rely on: it never rejects. Writes that come while one is under way go to disk
 * together in the next transaction. What the disk does not take stays in memory and is tried again with the
 * next write; each failure is told. Without a disk nothing outlives the page.
 */
export function createDurableStore(
  disk: Store | undefined,
  clock: Clock,
  onFault: (error: unknown) => void,
): Store {
  let unwritten = new Map<string, unknown>();
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  /** A disk that never answers (a blocked or broken database) counts as one that failed. */
  const inTime = <T>(work: Promise<T> | undefined): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(DISK_MS, () => reject(new Error("timeout")));
      Promise.resolve(work).then(resolve, reject).finally(cancel);
    });

  const flush = async (): Promise<void> => {
    next = undefined;
    const changes = unwritten;
    unwritten = new Map();
    try {
      await inTime(disk?.write(changes));
    } catch (error) {
      unwritten = new Map([...changes, ...unwritten]);
      onFault(error);
    }
  };

  return {
    async read() {
      try {
        return (await inTime(disk?.read())) ?? new Map();
      } catch (error) {
        disk = undefined;
        onFault(error);
        return new Map();
      }
    },

    /** Resolves once the changes are on disk, or once the disk has failed and memory holds them. */
    write(changes: Iterable<Change>) {
      for (const [key, value] of changes) unwritten.set(key, value);
      if (!next) {
        next = last.then(flush);
        last = next;
      }
      return next;
    },

    async close() {
      await last;
      await disk?.close();
    },
  };
}
