import { DISK_MS, DISK_RETRY_MS } from "./bounds.ts";
import type { Clock } from "./clock.ts";
import type { Report } from "./report.ts";
import type { Store } from "./store/store.ts";

/** A store that a page can rely on: it never rejects, and answers in time. */
export interface Disk {
  /** Whether it failed last: what this tab writes does not reach the others. */
  readonly isFailing: boolean;
  /** Whether a transaction is under way. */
  readonly isBusy: boolean;
  /** Does something after all that was asked for before. */
  enqueue(task: () => Promise<void>): Promise<void>;
  /** What a store gives, within a task; undefined where it has failed, or there is none. */
  ask<Answer>(question: (store: Store) => Promise<Answer>): Promise<Answer | undefined>;
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
      // One that fails, however that may be, holds up neither those that follow nor who waits for it.
      last = last.then(task).catch((error) => report("storage", "", error));
      return last;
    },

    async ask(question) {
      if (!store) return undefined;
      isBusy = true;
      try {
        const answer = await within(DISK_MS, question(store));
        turn(false);
        return answer;
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
