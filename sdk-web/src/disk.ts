import { DISK_MS, DISK_RETRY_MS } from "./bounds.ts";
import type { Clock } from "./clock.ts";
import type { Report } from "./report.ts";
import type { Records, Store } from "./store/store.ts";

/** A store that a page can rely on: it never rejects, and answers in time. */
export interface Disk {
  /** Whether it failed last: what this tab writes does not reach the others. */
  readonly isFailing: boolean;
  /** Whether a transaction is under way. */
  readonly isBusy: boolean;
  /** Does something after all that was asked for before. */
  enqueue(task: () => Promise<void>): Promise<void>;
  /** One transaction of a store, within a task; undefined where it has failed, or there is no store. */
  transact(...transaction: Parameters<Store["transact"]>): Promise<Records | undefined>;
  close(): Promise<void>;
}

/** What a disk works with. */
export interface DiskHost {
  readonly clock: Clock;
  readonly report: Report;
  /** Whether it fails has changed. */
  changed(): void;
  /** It has failed a while ago, and may not any more. */
  retry(): void;
}

export function createDisk(store: Store | undefined, { clock, report, changed, retry }: DiskHost): Disk {
  let isFailing = false;
  let isBusy = false;
  let last: Promise<void> = Promise.resolve();
  let cancel: (() => void) | undefined;

  /** A store that never answers (a blocked or broken database) counts as one that failed. */
  const within = <Result>(ms: number, work: Promise<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      const stop = clock.after(ms, () => reject(new Error("timeout")));
      work.then(resolve, reject).finally(stop);
    });

  const turn = (fails: boolean): void => {
    cancel?.();
    cancel = fails ? clock.after(DISK_RETRY_MS, retry) : undefined;
    if (fails === isFailing) return;
    isFailing = fails;
    changed();
  };

  return {
    get isFailing() {
      return isFailing;
    },
    get isBusy() {
      return isBusy;
    },

    enqueue(task) {
      last = last.then(task);
      return last;
    },

    async transact(...transaction) {
      if (!store) return undefined;
      isBusy = true;
      try {
        const found = await within(DISK_MS, store.transact(...transaction));
        turn(false);
        return found;
      } catch (error) {
        if (!isFailing) report("storage", "", error);
        turn(true);
        return undefined;
      } finally {
        isBusy = false;
      }
    },

    async close() {
      await last;
      cancel?.();
      await store?.close().catch(() => {});
    },
  };
}
