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

/** Made once: a full disk says so often, and a `DOMException` takes long to make. */
const NO_ROOM = new DOMException("no room", "QuotaExceededError");

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
              [...this.#records.keys()]
                .filter((key) => key >= first && key <= last)
                .sort()
                .map((key) => [key, copy(this.#records.get(key))]),
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
              const tell = (): void => {
                if (user.isAlive) resolve(found);
                else if (changes.length > 0) this.#faults.count("tabCrashInDiskWrite");
              };
              this.#scheduler.after(this.#random.below(3), `${this.#name} transaction done`, tell);
            };
            return { isWrite: changes.length > 0, run };
          };
          this.#queue.push({ user, prepare, reject });
          this.#scheduler.after(this.#random.below(6), `${this.#name} transaction`, () => this.#next());
        }),
      // Nobody refuses to be remembered here.
      clear: async () => {},
      close: async () => {},
    };
  }

  #next(): void {
    const transaction = this.#queue.shift();
    if (transaction === undefined) return;
    const { user, prepare, reject } = transaction;
    // A transaction that still has to decide what it changes ends with its tab.
    if (!user.isAlive) return;
    const { isWrite, run } = prepare();
    const fault = isWrite ? this.#faults.drawAt("disk", "diskFail", "diskHang") : undefined;
    if (fault !== undefined || (isWrite && this.isFull)) {
      user.diskFailed();
      if (fault === "diskHang") return;
      if (fault === undefined) this.#faults.count("diskFull");
      reject(NO_ROOM);
      return;
    }
    run();
  }
}
