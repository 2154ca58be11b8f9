import type { CorrectedClock } from "./clock.ts";
import { createDisk } from "./disk.ts";
import { fetchReader, readDefinitions } from "./read-definitions.ts";
import { DEFINITIONS, IDENTITY, isDefinitions, LAST, REFUSED, SNAPSHOT } from "./records.ts";
import type { Replica } from "./replica.ts";
import type { Report } from "./report.ts";
import type { Change, Records, Store } from "./store/store.ts";
import { bring, eraseAll, fit, generationOf, isLacking, settle } from "./transactions.ts";

/** What memory and disk are brought together with. */
export interface UnionHost {
  readonly replica: Replica;
  readonly clock: CorrectedClock;
  readonly store: Store | undefined;
  readonly report: Report;
  newId(): string;
  /** Something else is about to stand on disk: a transaction that begins from now on sees it. */
  written(): void;
  /** Memory has changed, or whether the disk takes it. */
  changed(): void;
}

/**
 * The disk is the one thing that tabs share: memory is what stands there, overlaid with what of this tab's is not yet
 * written. What tabs must agree on is decided in the transaction that writes it; whoever hears that another tab has
 * written looks.
 */
export interface Union {
  /** Whether memory is that of the device's user; else it is kept apart. */
  readonly isShared: boolean;
  /** Whether the disk does not take what memory holds, so that other tabs do not know of it. */
  readonly isAlone: boolean;
  /** Brings memory and disk together: the device's user is taken over from there, or made. */
  join(): Promise<void>;
  /** Takes over what stands on disk. */
  look(): Promise<void>;
  /** Writes what memory has been changed by; resolves once that is on disk, or once the disk has failed. */
  put(changes: readonly Change[]): Promise<void>;
  /** Lets all else on disk go with what is put next. */
  erase(): void;
  /** Keeps what follows in memory alone, until `join`. */
  part(): void;
  /** Parts, and leaves nothing on disk; `isOwn` where no other tab does so. */
  refuse(isOwn: boolean): Promise<void>;
  close(): Promise<void>;
}

export function createUnion(host: UnionHost): Union {
  const { replica, clock, store, report, newId, written, changed } = host;
  /** What this tab has changed and the disk does not have. */
  const unwritten = new Map<string, unknown>();
  let isShared = false;
  /** Whether all else on disk is to go; where nothing is shared, with the next try or `join`. */
  let isErasing = false;
  /** The beginning of what stands on disk; undefined until memory is united with it. */
  let since: string | undefined;
  let next: { isLook: boolean; done: Promise<void> } | undefined;

  const look = (): Promise<void> => meet(true);
  const disk = createDisk(store, {
    clock,
    report,
    changed,
    retry: () => void (isShared ? look() : isErasing && clear()),
  });

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
      const kept = erases ? new Map<string, unknown>() : found;
      const changes = isUnknown ? settle(isErased ? undefined : replica, kept, newId) : own;
      made = fit(erases ? [...eraseAll(found), ...changes] : changes, kept, replica.definitions);
      // Said here, since this page may die before it hears that it is done: whoever looks now waits for this transaction.
      // Of a disk that fails only afterwards: tabs that fail alike would set each other going without end.
      if (made.length && !wasFailing) written();
      return made;
    };
    const wasFailing = disk.isFailing;
    const [first, last] = [isWhole ? DEFINITIONS : IDENTITY, isWide ? LAST : SNAPSHOT];
    const found = await disk.ask((store) => store.transact(first, last, decide));
    /** Whether the user or the consent has changed meanwhile, so that the next transaction knows better. */
    const isOver = (): boolean => !isShared || since !== before || isErasing;
    if (!found) isErasing ||= erases;
    else if (made.length && wasFailing) written();
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
        ? await readDefinitions(kept).catch((error) => void report("bad-answer", DEFINITIONS, error))
        : undefined;
    if (isOver()) return;
    since = generationOf(standing);
    if (isErased || isJoining) unwritten.clear();
    const left = isErased || isJoining ? bring(replica, standing, isErased) : [];
    standing.delete(DEFINITIONS);
    replica.load(new Map([...standing, ...unwritten]), definitions);
    replica.apply(left);
    void put(left);
    changed();
  };

  const put: Union["put"] = (changes) => {
    for (const [key, value] of isShared && store ? changes : []) {
      // What never was on disk needs no removal.
      if (value === undefined && unwritten.get(key) !== undefined && !disk.isBusy) unwritten.delete(key);
      else unwritten.set(key, value);
    }
    return meet(false);
  };

  /** Leaves nothing on disk; with a mark until then, by which tabs that share a user find that this one is nobody's. */
  const clear = (isMarking = false): Promise<void> =>
    disk.enqueue(async () => {
      const mark = (found: Records): Change[] => [...eraseAll(found), [IDENTITY, REFUSED]];
      const isMarked = isMarking && (await disk.ask((store) => store.transact(DEFINITIONS, LAST, mark)));
      written();
      const isGone = !isShared && (await disk.ask((store) => store.clear().then(() => true)));
      isErasing = !isMarked && !isGone && (isMarking || !isShared);
    });

  const part = (): void => {
    isShared = false;
    since = undefined;
    unwritten.clear();
  };

  return {
    get isShared() {
      return isShared;
    },
    get isAlone() {
      return disk.isFailing;
    },
    look,
    put,
    part,

    join() {
      isShared = true;
      // What reads definitions is fetched beside the disk.
      void fetchReader().catch(() => {});
      return look();
    },

    erase() {
      unwritten.clear();
      isErasing = true;
      if (!isShared) void clear(true);
    },

    async refuse(isOwn) {
      const isKnown = since !== undefined;
      part();
      isErasing = false;
      if (isOwn) await clear(isKnown);
    },

    close: disk.close,
  };
}
