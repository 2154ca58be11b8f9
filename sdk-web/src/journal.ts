import { OPERATION_BYTES, PENDING } from "./bounds.ts";
import type { CorrectedClock } from "./clock.ts";
import type { Loaded } from "./definitions.ts";
import { createDisk } from "./disk.ts";
import { wireSize } from "./operation.ts";
import {
  DEFINITIONS,
  type Definitions,
  IDENTITY,
  isDefinitions,
  type Kept,
  LAST,
  PENDING_OP,
  REFUSED,
  SKEW,
  SNAPSHOT,
} from "./records.ts";
import type { Replica } from "./replica.ts";
import type { Report } from "./report.ts";
import type { Change, Records, Store } from "./store/store.ts";
import { bring, eraseAll, fit, generationOf, isLacking, settle, succeed } from "./transactions.ts";

type Identify = Extract<Kept, { type: "identify" }>;
type Unowned<Op> = Op extends Kept ? Omit<Op, "anonymousId" | "userId"> : never;
/** An operation but for whose it is; an identify says which user it makes. */
export type Entry = Unowned<Exclude<Kept, Identify>> | Omit<Identify, "anonymousId">;

/** What the journal works on. */
export interface JournalHost {
  readonly replica: Replica;
  readonly clock: CorrectedClock;
  readonly store: Store | undefined;
  readonly report: Report;
  newId(): string;
  /** Something else stands on disk now. */
  written(): void;
  /** Memory has changed, or whether the disk takes it. */
  changed(): void;
}

/**
 * The disk is the one thing that tabs share: memory is what stands there, overlaid with what of this tab's is not yet
 * written. What tabs must agree on is decided in the transaction that writes it; whoever hears that another tab has
 * written looks.
 */
export interface Journal {
  /** Whether the disk does not take what memory holds, so that other tabs do not know of it. */
  readonly isAlone: boolean;
  /** Brings memory and disk together: the device's user is taken over from there, or made. */
  join(): Promise<void>;
  /** Takes over what stands on disk. */
  look(): Promise<void>;
  /** Makes changes in memory at once; resolves once they are on disk, or once the disk has failed. */
  commit(changes: readonly Change[], definitions?: Loaded): Promise<void>;
  /** Adds an operation of the current user; resolves once it is on disk. */
  record(entry: Entry): Promise<void>;
  /**
   * From here on another user, of whom nothing is known but, where `isNew`, that there is no past. What is pending
   * is still sent, as its own user's.
   */
  renew(isNew: boolean): Promise<void>;
  /** Forgets the user, here and in all tabs, and begins with a new one. */
  erase(): Promise<void>;
  /** Keeps what follows in memory alone, until `join`. */
  part(): void;
  /** Forgets the user in memory and keeps nothing more; on disk too in the tab that was told so. */
  refuse(isTold: boolean): Promise<void>;
  close(): Promise<void>;
}

export function createJournal(host: JournalHost): Journal {
  const { replica, clock, store, report, newId, written, changed } = host;
  /** What this tab has changed and the disk does not have. */
  const unwritten = new Map<string, unknown>();
  /** Whether all else on disk is to go. */
  let isErasing = false;
  /** Whether memory is that of the device's user; else it is kept apart. */
  let isShared = false;
  /** Whether memory has gone over to another user than the device's before it was shared. */
  let isOther = false;
  /** The beginning of what stands on disk; undefined until memory is united with it. */
  let since: string | undefined;
  let next: { isLook: boolean; done: Promise<void> } | undefined;

  const look = (): Promise<void> => meet(true);
  const disk = createDisk(store, { clock, report, changed, retry: () => void look() });

  /** What is asked for while a transaction is under way goes into the next one together. */
  const meet = (isLook: boolean): Promise<void> => {
    if (!next) {
      const own = { isLook, done: Promise.resolve() };
      next = own;
      own.done = disk.enqueue(() => {
        next = undefined;
        return unite(own.isLook || disk.isFailing || isErasing);
      });
    }
    next.isLook ||= isLook;
    return next.done;
  };

  const read = async (kept: Definitions): Promise<Loaded> => {
    const { loadDefinitions } = await import("./definitions.ts");
    return loadDefinitions(kept);
  };

  /** Writes what is not written and, where `isWide`, lets memory be what stands on disk then. */
  const unite = async (isWide: boolean, isWhole = since === undefined): Promise<void> => {
    const own = [...unwritten];
    if (!isShared || (!own.length && !isWide)) return;
    const [before, erases] = [since, isErasing];
    isErasing = false;
    let made: Change[] = [];
    let isErased = false;
    let isJoining = false;
    const decide = (found: Records): Change[] => {
      const generation = erases ? before : generationOf(found);
      isErased = before !== undefined && generation !== undefined && generation !== before;
      // Somebody may have deleted the database: what this tab knows is all there is.
      isJoining = before === undefined || !generation;
      const isUnknown = isErased || isJoining;
      if (isUnknown && !isWide) return [];
      const changes = erases
        ? [...eraseAll(found), ...own]
        : isUnknown
          ? settle(isErased ? undefined : replica, found, isOther, newId)
          : own;
      made = fit(changes, erases ? new Map() : found, replica.definitions);
      return made;
    };
    const found = await disk.transact(isWhole ? DEFINITIONS : IDENTITY, isWide ? LAST : SNAPSHOT, decide);
    /** Whether the user or the consent has changed meanwhile, so that the next transaction knows better. */
    const isOver = (): boolean => !isShared || since !== before || isErasing;
    if (!found) isErasing ||= erases && isShared;
    if (found && made.length) written();
    if (!found || isOver()) return;
    if (!isWide && (isErased || isJoining)) return unite(true);
    for (const [key, value] of own) if (unwritten.get(key) === value) unwritten.delete(key);
    if (!isWide) {
      if (made.length < own.length) void look();
      return;
    }
    const standing = new Map([...found, ...made]);
    const { definitions: held } = replica;
    if (!isWhole && isLacking(unwritten.get(SNAPSHOT) ?? standing.get(SNAPSHOT), held))
      return unite(true, true);
    const kept = isWhole && found.get(DEFINITIONS);
    const definitions =
      isDefinitions(kept) && kept.version !== held?.version
        ? await read(kept).catch((error) => void report("bad-answer", DEFINITIONS, error))
        : undefined;
    if (isOver()) return;
    since = generationOf(standing);
    if (isErased || isJoining) unwritten.clear();
    const left = isErased || isJoining ? bring(replica, standing, isErased, isOther) : [];
    isOther = false;
    standing.delete(DEFINITIONS);
    replica.load(new Map([...standing, ...unwritten]), definitions);
    void commit(left);
  };

  const commit: Journal["commit"] = (changes, definitions) => {
    replica.apply(changes, definitions);
    for (const [key, value] of isShared && store ? changes : []) {
      // What never was on disk needs no removal.
      if (value === undefined && unwritten.get(key) !== undefined && !disk.isBusy) unwritten.delete(key);
      else unwritten.set(key, value);
    }
    changed();
    return meet(false);
  };

  const renew: Journal["renew"] = (isNew) => {
    const { since } = replica.identity;
    // Who comes after nobody may still turn out to be the device's user.
    isOther ||= !isShared && since !== "";
    return commit(succeed(replica, newId(), since || newId(), isNew));
  };

  const part = (): void => {
    isShared = false;
    since = undefined;
    isErasing = false;
    unwritten.clear();
    if (!replica.identity.since) void renew(true);
  };

  return {
    get isAlone() {
      return disk.isFailing;
    },
    look,
    commit,
    renew,
    part,

    async join() {
      isShared = true;
      // What reads definitions is fetched beside the disk.
      void import("./definitions.ts").catch(() => {});
      await look();
      if (isShared && !replica.identity.since) void renew(true);
    },

    async record(entry) {
      const { identity, pending } = replica;
      const { anonymousId, userId } = identity;
      const op: Kept = { anonymousId, ...(userId !== null && { userId }), ...entry };
      if (wireSize(op) > OPERATION_BYTES) return report("too-large", "", `at most ${OPERATION_BYTES} bytes`);
      if (pending.size >= PENDING) return report("queue-full", "", `at most ${PENDING} wait`);
      const user = op.type === "identify" ? [[IDENTITY, { ...identity, userId: op.userId }] as const] : [];
      await commit([...user, [PENDING_OP + op.id, op]]);
    },

    erase() {
      unwritten.clear();
      isErasing = true;
      replica.load(new Map(), undefined);
      return commit([...succeed(replica, newId(), newId(), true), [SKEW, clock.skew]]);
    },

    async refuse(isTold) {
      // Where tabs share a user, what they are about to write shall find that this one is nobody's any more.
      const mark: Change[] = since === undefined ? [] : [[IDENTITY, REFUSED]];
      part();
      isOther = false;
      clock.skew = undefined;
      replica.load(new Map(succeed(replica, newId(), "", false)), undefined);
      changed();
      if (!isTold) return;
      await disk.enqueue(async () => {
        if (await disk.transact(DEFINITIONS, LAST, (found) => [...eraseAll(found), ...mark])) written();
      });
    },

    close: disk.close,
  };
}
