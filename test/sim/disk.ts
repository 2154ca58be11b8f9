import type { Change, Store } from "../../sdk-web/src/store/store.ts";
import { copy } from "./copy.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

/** A tab as its disk sees it. */
export interface DiskUser extends Owner {
  /** Hears that what was asked of the disk did not happen, or may not have. */
  diskFailed(): void;
}

interface Transaction {
  what: string;
  user: DiskUser;
  run(): void;
  reject(error: Error): void;
}

/**
 * The records of one browser profile, which outlive its tabs. Transactions happen one after the other in the order
 * in which they were asked for; each is done whole or not at all, also when its tab dies meanwhile.
 */
export class SimDisk {
  /** Whether it has no room for writes. */
  isFull = false;
  #records = new Map<string, unknown>();
  readonly #queue: Transaction[] = [];
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #random: Random;
  readonly #name: string;

  constructor(name: string, scheduler: Scheduler, faults: Faults, random: Random) {
    this.#name = name;
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#random = random;
  }

  /** The disk as a tab uses it. */
  open(user: DiskUser): Store {
    const readAll = (): ReadonlyMap<string, unknown> =>
      new Map(
        [...this.#records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, copy(value)]),
      );
    const change = (changes: Iterable<Change>): void => {
      for (const [key, value] of changes) {
        if (value === undefined) this.#records.delete(key);
        else this.#records.set(key, value);
      }
    };
    return {
      read: () => this.#transact("read", user, readAll),
      write: (changes) => {
        const copies = [...changes].map(([key, value]): Change => [key, copy(value)]);
        return this.#transact("write", user, () => change(copies));
      },
      claim: (key, value) => {
        const claimed = copy(value);
        return this.#transact("write", user, () => {
          if (!this.#records.has(key)) this.#records.set(key, claimed);
          return copy(this.#records.get(key));
        });
      },
      clear: () => this.#transact("write", user, () => this.#records.clear()),
      close: async () => {},
    };
  }

  #transact<Result>(what: "read" | "write", user: DiskUser, work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        const result = work();
        // What is on disk need not be known yet: its tab may die in between.
        this.#scheduler.after(
          this.#random.below(3),
          `${this.#name} ${what} done`,
          () => resolve(result),
          user,
        );
      };
      this.#queue.push({ what, user, run, reject });
      this.#scheduler.after(this.#random.below(6), `${this.#name} ${what}`, () => this.#next());
    });
  }

  #next(): void {
    const transaction = this.#queue.shift();
    if (transaction === undefined) return;
    const { what, user, run, reject } = transaction;
    if (!user.isAlive) {
      // A tab died after it asked: what it asked for may be done or not.
      if (what === "write") {
        this.#faults.count("tabCrashInDiskWrite");
        if (this.#random.chance(0.5)) run();
      }
      return;
    }
    const isWrite = what === "write";
    const fault = isWrite ? this.#faults.drawAt("disk", "diskFail", "diskHang") : undefined;
    if (fault !== undefined || (isWrite && this.isFull)) {
      user.diskFailed();
      if (fault === "diskHang") return;
      if (fault === undefined) this.#faults.count("diskFull");
      reject(new DOMException("no room", "QuotaExceededError"));
      return;
    }
    run();
  }
}
