import type { Change, Records, Store } from "../../sdk-web/src/store/store.ts";
import { copy } from "./copy.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

/** A tab as its disk sees it. */
export interface DiskUser extends Owner {
  /** Hears that what was asked of the disk did not happen, or may not have. */
  diskFailed(): void;
}

/** A transaction that knows what it changes. */
interface Prepared {
  isWrite: boolean;
  run(): void;
}

interface Transaction {
  user: DiskUser;
  prepare(): Prepared;
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
    return {
      transact: (first, last, decide) =>
        new Promise((resolve, reject) => {
          const find = (): Records =>
            new Map(
              [...this.#records]
                .filter(([key]) => key >= first && key <= last)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([key, value]) => [key, copy(value)]),
            );
          const prepare = (): Prepared => {
            const found = find();
            const changes = [...decide(found)].map(([key, value]): Change => [key, copy(value)]);
            const run = (): void => {
              for (const [key, value] of changes) {
                if (value === undefined) this.#records.delete(key);
                else this.#records.set(key, value);
              }
              // What is on disk need not be known yet: its tab may die in between.
              const tell = (): void => resolve(found);
              this.#scheduler.after(this.#random.below(3), `${this.#name} transaction done`, tell, user);
            };
            return { isWrite: changes.length > 0, run };
          };
          this.#queue.push({ user, prepare, reject });
          this.#scheduler.after(this.#random.below(6), `${this.#name} transaction`, () => this.#next());
        }),
      close: async () => {},
    };
  }

  #next(): void {
    const transaction = this.#queue.shift();
    if (transaction === undefined) return;
    const { user, prepare, reject } = transaction;
    const { isWrite, run } = prepare();
    if (!user.isAlive) {
      // A tab died after it asked: what it asked for may be done or not.
      if (isWrite) {
        this.#faults.count("tabCrashInDiskWrite");
        if (this.#random.chance(0.5)) run();
      }
      return;
    }
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
