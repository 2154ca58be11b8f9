import { DISK_MS, DISK_RETRY_MS, OPERATION_BYTES, PENDING } from "./bounds.ts";
import type { CorrectedClock } from "./clock.ts";
import { type Loaded, loadDefinitions } from "./definitions.ts";
import { wireSize } from "./operation.ts";
import {
  DEFINITIONS,
  IDENTITY,
  isDefinitions,
  isDeviceUser,
  isOperation,
  isSnapshot,
  type Kept,
  LAST,
  PENDING_OP,
  REFUSED,
  SNAPSHOT,
} from "./records.ts";
import type { Replica } from "./replica.ts";
import type { Report } from "./report.ts";
import type { Change, Records, Store } from "./store/store.ts";
import { eraseAll, fit, generationOf, isSame, settle, succeed } from "./transactions.ts";

type Identify = Extract<Kept, { type: "identify" }>;
type Unowned<Op> = Op extends Kept ? Omit<Op, "anonymousId" | "userId"> : never;
/** An operation but for whose it is; an identify says which user it makes. */
export type Entry = Unowned<Exclude<Kept, Identify>> | Omit<Identify, "anonymousId">;

/** What the journal works on. */
export interface JournalHost {
  readonly replica: Replica;
  readonly clock: CorrectedClock;
  readonly disk: Store | undefined;
  readonly report: Report;
  newId(): string;
  /** Something else stands on disk now. */
  written(): void;
  /** Memory has changed, or whether the disk takes it. */
  changed(): void;
}

/**
 * The disk is the one thing that tabs share: memory is what stands there, overlaid with what of this tab's is not yet
 * written. What tabs must agree on is decided in a transaction, and whoever hears that another tab has written looks.
 */
export class Journal {
  /** Whether the disk does not take what memory holds: other tabs do not know of it. */
  isAlone = false;
  readonly #host: JournalHost;
  /** What this tab has changed and the disk does not have. */
  readonly #unwritten = new Map<string, unknown>();
  /** Whether all else on disk is to go. */
  #isErasing = false;
  /** Whether memory is that of the device's user; else it is kept apart. */
  #isShared = false;
  /** Whether the user in memory stands for nobody. */
  #isNobody = true;
  /** Whether memory has gone over to another user than the device's before it was shared. */
  #isOther = false;
  /** Since when the user on disk is not erased; undefined until memory is united with the disk. */
  #since: string | undefined;
  #isUnderWay = false;
  /** Calls off the next look at a disk that fails. */
  #cancel: (() => void) | undefined;
  #last: Promise<void> = Promise.resolve();
  #next: { isLook: boolean; done: Promise<void> } | undefined;

  constructor(host: JournalHost) {
    this.#host = host;
  }

  /** Brings memory and disk together: the device's user is taken over from there, or made. */
  async join(): Promise<void> {
    this.#isShared = true;
    await this.look();
    if (this.#isShared && this.#isNobody) void this.renew(true);
  }

  /** Takes over what stands on disk. */
  look(): Promise<void> {
    return this.#meet(true);
  }

  /** Makes changes in memory at once; resolves once they are on disk, or once the disk has failed. */
  commit(changes: readonly Change[], definitions?: Loaded): Promise<void> {
    this.#host.replica.apply(changes, definitions);
    if (this.#isShared && this.#host.disk) for (const [key, value] of changes) this.#stage(key, value);
    this.#host.changed();
    return this.#meet(false);
  }

  /** Adds an operation of the current user; resolves once it is on disk. */
  async record(entry: Entry): Promise<void> {
    const { replica, report } = this.#host;
    const { identity, pending } = replica;
    const { anonymousId, userId } = identity;
    const op: Kept = { anonymousId, ...(userId !== null && { userId }), ...entry };
    if (wireSize(op) > OPERATION_BYTES) return report("too-large", "", `at most ${OPERATION_BYTES} bytes`);
    if (pending.size >= PENDING) return report("queue-full", "", `at most ${PENDING} wait`);
    const user = op.type === "identify" ? [[IDENTITY, { ...identity, userId: op.userId }] as const] : [];
    await this.commit([...user, [PENDING_OP + op.id, op]]);
  }

  /**
   * From here on another user, of whom nothing is known but, where `isNew`, that there is no past. What is pending
   * is still sent, as its own user's.
   */
  renew(isNew: boolean): Promise<void> {
    const { replica, newId } = this.#host;
    this.#isOther ||= !this.#isShared && !this.#isNobody;
    this.#isNobody = false;
    return this.commit(succeed(replica, newId(), replica.identity.since || newId(), isNew));
  }

  /** Forgets the user, here and in all tabs, and begins with a new one. */
  erase(): Promise<void> {
    const { replica, newId } = this.#host;
    this.#unwritten.clear();
    this.#isErasing = true;
    replica.load(new Map(), undefined);
    return this.commit(succeed(replica, newId(), newId(), true));
  }

  /** Keeps what follows in memory alone, until `join`. */
  part(): void {
    this.#isShared = false;
    this.#since = undefined;
    this.#isErasing = false;
    this.#unwritten.clear();
  }

  /** Forgets the user in memory and keeps nothing more; on disk too in the tab that was told so. */
  async refuse(isTold: boolean): Promise<void> {
    const { replica, clock, newId, written, changed } = this.#host;
    // Where tabs share a user, what they are about to write shall find that this one is nobody's any more.
    const mark: Change[] = this.#since === undefined ? [] : [[IDENTITY, REFUSED]];
    this.part();
    this.#isNobody = true;
    this.#isOther = false;
    clock.skew = undefined;
    replica.load(new Map(succeed(replica, newId(), "", false)), undefined);
    changed();
    if (!isTold) return;
    const erase = (found: Records): Change[] => [...[...found.keys()].map((key): Change => [key, undefined]), ...mark];
    const erased = this.#last.then(() => this.#transact(DEFINITIONS, LAST, erase));
    this.#last = erased.then(written);
    await this.#last;
  }

  async close(): Promise<void> {
    await this.#last;
    this.#cancel?.();
    await this.#host.disk?.close().catch(() => {});
  }

  #stage(key: string, value: unknown): void {
    const unwritten = this.#unwritten;
    // What never was on disk needs no removal.
    if (value === undefined && unwritten.get(key) !== undefined && !this.#isUnderWay) unwritten.delete(key);
    else unwritten.set(key, value);
  }

  /** What is asked for while a transaction is under way goes into the next one together. */
  #meet(isLook: boolean): Promise<void> {
    if (!this.#next) {
      const next = { isLook, done: this.#last };
      this.#next = next;
      next.done = this.#last = this.#last.then(() => {
        this.#next = undefined;
        return this.#unite(next.isLook || this.isAlone || this.#isErasing);
      });
    }
    this.#next.isLook ||= isLook;
    return this.#next.done;
  }

  /** Writes what is not written and, where `isWide`, lets memory be what stands on disk then. */
  async #unite(isWide: boolean, isWhole = this.#since === undefined): Promise<void> {
    const { replica, report, written, changed } = this.#host;
    const since = this.#since;
    const own = [...this.#unwritten];
    if (!this.#isShared || (!own.length && !isWide)) return;
    const isErasing = this.#isErasing;
    this.#isErasing = false;
    let made: Change[] = [];
    let isErased = false;
    let isJoining = false;
    const decide = (found: Records): Change[] => {
      const generation = isErasing ? since : generationOf(found);
      isErased = since !== undefined && generation !== undefined && generation !== since;
      // Somebody may have deleted the database: what this tab knows is all there is.
      isJoining = since === undefined || !generation;
      const isUnknown = isErased || isJoining;
      if (isUnknown && !isWide) return [];
      const changes = isErasing ? [...eraseAll(found), ...own] : isUnknown ? this.#settle(found, isErased) : own;
      made = fit(changes, found, replica.definitions);
      return made;
    };
    const found = await this.#transact(isWhole ? DEFINITIONS : IDENTITY, isWide ? LAST : SNAPSHOT, decide);
    if (!found) {
      this.#isErasing ||= isErasing && this.#isShared;
      return;
    }
    if (made.length) written();
    if (!this.#isShared || this.#since !== since) return;
    if (!isWide && (isErased || isJoining)) return this.#unite(true);
    for (const [key, value] of own) if (this.#unwritten.get(key) === value) this.#unwritten.delete(key);
    if (!isWide) {
      if (made.length < own.length) void this.look();
      return;
    }
    const standing = new Map([...found, ...made]);
    const snapshot = this.#unwritten.get(SNAPSHOT) ?? standing.get(SNAPSHOT);
    const version = replica.definitions?.version;
    if (!isWhole && isSnapshot(snapshot) && snapshot.cursor && snapshot.version !== version)
      return this.#unite(true, true);
    const kept = isWhole && found.get(DEFINITIONS);
    const definitions =
      isDefinitions(kept) && kept.version !== version
        ? await loadDefinitions(kept).catch((error) => void report("bad-answer", DEFINITIONS, error))
        : undefined;
    // The next transaction knows better.
    if (!this.#isShared || this.#since !== since || this.#isErasing) return;
    this.#since = generationOf(standing);
    if (isErased || isJoining) this.#unwritten.clear();
    const left = isJoining && !isErased && !this.#isNobody ? this.#bring(standing) : [];
    this.#isNobody = false;
    this.#isOther = false;
    standing.delete(DEFINITIONS);
    replica.load(new Map([...standing, ...this.#unwritten]), definitions);
    if (left.length) void this.commit(left);
    else changed();
  }

  /** Decides who the device's user is, over what the disk says. */
  #settle(found: Records, isErased: boolean): Change[] {
    const { replica, newId } = this.#host;
    const user = found.get(IDENTITY);
    const kept = isDeviceUser(user) ? user : undefined;
    if (!isErased && !this.#isNobody) return settle(replica, kept, this.#isOther);
    return kept ? [] : succeed(replica, newId(), newId(), true);
  }

  /** What memory brings along to the user on disk. What was sent as another's remains theirs. */
  #bring(standing: Records): Change[] {
    const { replica } = this.#host;
    const { identity: own, doubt, records } = replica;
    const user = standing.get(IDENTITY);
    if (!isDeviceUser(user)) return [];
    const { anonymousId, userId } = user;
    return records.flatMap(([key, value]): Change[] => {
      if (value === undefined || standing.has(key)) return [];
      const isOwn = isOperation(value) && value.anonymousId === own.anonymousId && !doubt.has(value.id);
      if (!isOwn || this.#isOther || !isSame(own, user)) return [[key, value]];
      return [[key, { ...value, anonymousId, ...(userId !== null && { userId }) }]];
    });
  }

  /** One transaction, after those before it; undefined where the disk has failed, or does not answer. */
  async #transact(
    first: string,
    last: string,
    decide: (found: Records) => Change[],
  ): Promise<Records | undefined> {
    const { disk, clock, report, changed } = this.#host;
    if (!disk) return undefined;
    const wasAlone = this.isAlone;
    this.#isUnderWay = true;
    let cancel: (() => void) | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        cancel = clock.after(DISK_MS, () => reject(new Error("timeout")));
      });
      const found = await Promise.race([disk.transact(first, last, decide), late]);
      this.isAlone = false;
      this.#cancel?.();
      return found;
    } catch (error) {
      this.isAlone = true;
      this.#cancel?.();
      this.#cancel = clock.after(DISK_RETRY_MS, () => void this.look());
      if (!wasAlone) report("storage", "", error);
      return undefined;
    } finally {
      cancel?.();
      this.#isUnderWay = false;
      if (wasAlone !== this.isAlone) changed();
    }
  }
}
