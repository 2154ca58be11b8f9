import { OPERATION_BYTES, PENDING } from "./bounds.ts";
import type { CorrectedClock } from "./clock.ts";
import type { Loaded } from "./definitions.ts";
import { wireSize } from "./operation.ts";
import {
  CAPTURE,
  DEFINITIONS,
  IDENTITY,
  isDefinitions,
  isOperation,
  isSnapshot,
  isTurn,
  type Kept,
  PENDING_OP,
  SKEW,
  SNAPSHOT,
  type Snapshot,
  type Turn,
} from "./records.ts";
import { isEarlier, isOlder, isSame, NOBODY, type Replica } from "./replica.ts";
import type { Report } from "./report.ts";
import type { DurableStore } from "./store/durable.ts";
import type { Change } from "./store/store.ts";
import type { Message } from "./tabs/messages.ts";

type Identify = Extract<Kept, { type: "identify" }>;
type Unowned<Op> = Op extends Kept ? Omit<Op, "anonymousId" | "userId"> : never;
/** An operation but for whose it is; an identify says which user it makes. */
type Entry = Unowned<Exclude<Kept, Identify>> | Omit<Identify, "anonymousId">;

/** What the journal works on. */
export interface JournalHost {
  readonly replica: Replica;
  readonly clock: CorrectedClock;
  readonly store: DurableStore;
  readonly report: Report;
  newId(): string;
  /** Tells the other tabs. */
  tell(message: Message): void;
  /** Memory has changed. */
  changed(): void;
}

/**
 * The user in memory, on disk and in the other tabs: all three take the same changes, each list of them in one
 * step, so that what one tab does is what every tab and the disk have.
 */
export interface Journal {
  /** Brings memory and disk together: the device's user is taken over from there, or made. Gives whether there is a disk. */
  join(): Promise<boolean>;
  /** Reads what other tabs may have written while this one did not hear them, where `isLate` for long. */
  catchUp(isLate?: boolean): Promise<void>;
  /** Another tab begins to hear this one: it is told when what it has missed is on disk, and what is not. */
  settle(): Promise<void>;
  /** Makes changes everywhere: in memory at once, on disk when it resolves. */
  commit(changes: readonly Change[], definitions?: Loaded): Promise<void>;
  /** Takes over the changes of another tab, where `isErased` after having forgotten the user. */
  hear(changes: readonly Change[], isErased?: boolean): Promise<void>;
  /** Adds an operation of the current user; resolves once it is on disk. */
  record(entry: Entry): Promise<void>;
  /**
   * From here on another user, of whom nothing is known but, where `isNew`, that there is no past. What is pending
   * is still sent, as its own user's.
   */
  renew(isNew: boolean): Promise<void>;
  /** Forgets the user everywhere, and begins with a new one. */
  erase(): Promise<void>;
  /** Keeps what follows in memory alone, until `join`; where `isErased`, after having forgotten the user. */
  part(isErased: boolean): void;
  /** Erases the disk. */
  clear(): Promise<void>;
}

export function createJournal(host: JournalHost): Journal {
  const { replica, clock, store, report } = host;
  const { pending, parked } = replica;
  /** Whether changes go to disk and to other tabs. */
  let isShared = false;
  /** Whether memory has gone over to another user than the device's before it was shared. */
  let isOther = false;
  /** Whether the user in memory stands for nobody, since nothing may be kept. */
  let isParted = false;
  /** How often this tab has left the others: what they said before is of no concern after. */
  let parts = 0;
  /** The keys of operations that have been on disk: one that is there no longer is done. */
  const stored = new Set<string>();
  /** The keys that have changed since the disk began to be read. */
  let touched: Set<string> | undefined;
  let reading: Promise<void> | undefined;
  /** What other tabs said is taken over in order, although definitions take time to load. */
  let heard: Promise<void> = Promise.resolve();

  const apply: Replica["apply"] = (changes, definitions, isOther) => {
    const list = [...changes];
    for (const [key] of list) touched?.add(key);
    const before = replica.identity;
    replica.apply(list, definitions, isOther);
    host.changed();
    const [, said] = list.find(([key]) => key === IDENTITY) ?? [];
    const { identity } = replica;
    if (!isShared || !isOther || !isTurn(said) || said.turn > before.turn || isSame(said, before)) return;
    // Two tabs have changed it at once: all keep the same one, and whoever sees it brings disk and tabs to it.
    const left = [said, before].filter(({ anonymousId }) => anonymousId !== identity.anonymousId);
    const settled: Change[] = [
      ...left.map(({ anonymousId }): Change => [SNAPSHOT + anonymousId, undefined]),
      [IDENTITY, identity],
      ...(replica.snapshot ? [[SNAPSHOT + identity.anonymousId, replica.snapshot] as const] : []),
    ];
    host.tell({ changes: settled });
    void store.write(settled);
  };

  const load = async (changes: Iterable<Change>): Promise<Loaded | undefined> => {
    const found = new Map(changes).get(DEFINITIONS);
    const { definitions } = replica;
    if (!isDefinitions(found) || found.version === definitions?.version) return undefined;
    // The disk may have failed to take newer ones, which another tab has told.
    if (definitions && found.at < definitions.at) return undefined;
    try {
      const { loadDefinitions } = await import("./definitions.ts");
      return await loadDefinitions(found);
    } catch (error) {
      report("bad-answer", DEFINITIONS, error);
      return undefined;
    }
  };

  const commit = async (changes: readonly Change[], definitions?: Loaded): Promise<void> => {
    apply(changes, definitions);
    if (!isShared) return;
    host.tell({ changes });
    // Somebody may have deleted the database: who the user is must stand there with what is known of them.
    if (changes.some(([key]) => key === SNAPSHOT + replica.identity.anonymousId))
      void store.claim(IDENTITY, replica.identity);
    await store.write(changes);
  };

  const keep = (op: Kept): Change => [PENDING_OP + op.id, op];
  /** All that memory holds but for who the user is. */
  const known = (): Change[] => {
    const { identity, snapshot, definitions } = replica;
    const changes: Change[] = [
      [SNAPSHOT + identity.anonymousId, snapshot],
      [SKEW, clock.skew],
      ...[...pending.values()].map(keep),
    ];
    if (definitions) {
      const { version, program, at } = definitions;
      changes.push([DEFINITIONS, { version, program, at }]);
    }
    return changes;
  };

  /** The changes that make another user of this device's. */
  const another = (isNew: boolean): Change[] => {
    const turn = replica.identity.turn + 1;
    const identity: Turn = { anonymousId: host.newId(), userId: null, turn };
    const empty: Snapshot = {
      anonymousId: identity.anonymousId,
      userId: null,
      cursor: null,
      at: 0,
      version: "",
      traits: {},
      answers: {},
    };
    return [
      ...[...parked].map((key): Change => [key, undefined]),
      [SNAPSHOT + replica.identity.anonymousId, undefined],
      [IDENTITY, identity],
      [SNAPSHOT + identity.anonymousId, isNew ? empty : undefined],
    ];
  };

  /** Takes over what stands on disk. What memory holds becomes the device's user's, unless it is of another one. */
  const unite = async (records: ReadonlyMap<string, unknown>): Promise<void> => {
    const era = parts;
    const definitions = await load(records);
    if (era !== parts) return;
    const { identity: made, own } = replica;
    const kept = records.get(IDENTITY);
    const isOurs =
      !isOther &&
      isTurn(kept) &&
      (made.userId === null || kept.userId === null || made.userId === kept.userId);
    // It gives way even to one that was made at the same moment.
    if (isOurs) replica.identity = NOBODY;
    const others = [...records].filter(([key]) => isOurs || key !== IDENTITY);
    apply(others, definitions, true);
    if (!made.anonymousId || !isTurn(kept)) return;
    if (isOurs) {
      const { anonymousId, userId, turn } = kept;
      const isIdentified = userId === null && made.userId !== null;
      apply([
        [IDENTITY, isIdentified ? { anonymousId, userId: made.userId, turn: turn + 1 } : kept],
        ...own.map((op) => keep({ ...op, anonymousId, ...(userId !== null && { userId }) })),
      ]);
    } else apply([[IDENTITY, { ...made, turn: kept.turn + 1 }]]);
    const { identity } = replica;
    const isNew = identity.anonymousId !== kept.anonymousId || identity.userId !== kept.userId;
    const left = [made, kept].filter(({ anonymousId }) => anonymousId !== identity.anonymousId);
    await commit([
      ...left.map(({ anonymousId }): Change => [SNAPSHOT + anonymousId, undefined]),
      // Other tabs may have gone on from what stands on disk.
      ...(isNew ? [[IDENTITY, identity] as const] : []),
      ...known().filter(([key]) => key.startsWith(PENDING_OP) || !records.has(key)),
    ]);
  };

  /** Forgets the user and what is to be sent; other tabs may still have to hear of it, or the disk. */
  const forget = (): void => {
    const changes = [...pending.keys()].map((id): Change => [PENDING_OP + id, undefined]);
    replica.disown();
    for (const key of parked) changes.push([key, undefined]);
    changes.push([SNAPSHOT + replica.identity.anonymousId, undefined], [CAPTURE, undefined]);
    void commit(changes);
  };

  /** Forgets the user, and begins with a new one. */
  const begin = (): void => {
    forget();
    isOther = false;
    apply(another(true));
  };

  /** What must stand on disk, or nothing, in place of what is over: a tab that is gone may have failed to write it. */
  const mend = ([key, value]: Change): Change[] => {
    if (key === IDENTITY && isTurn(value) && isEarlier(value, replica.identity)) {
      return [[IDENTITY, replica.identity]];
    }
    const { definitions, snapshot, identity } = replica;
    const isLate =
      (key === DEFINITIONS && isDefinitions(value) && definitions && value.at < definitions.at) ||
      (key === SNAPSHOT + identity.anonymousId && isSnapshot(value) && snapshot && isOlder(value, snapshot));
    if (isLate) return known().filter(([name]) => name === key);
    return key.startsWith(PENDING_OP) && isOperation(value) && replica.isOver(value)
      ? [[key, undefined]]
      : [];
  };

  const read = async (): Promise<ReadonlyMap<string, unknown> | undefined> => {
    const records = await store.read();
    for (const key of records?.keys() ?? []) if (key.startsWith(PENDING_OP)) stored.add(key);
    return records;
  };

  /** Takes from disk whatever is not the present user's: another tab that has heard of it may have written again. */
  const wipe = async (): Promise<void> => {
    const records = await store.read();
    if (!records) return store.clear();
    const { anonymousId } = replica.identity;
    const keeps = [IDENTITY, DEFINITIONS, SKEW, SNAPSHOT + anonymousId];
    const isTheirs = ([key, value]: Change) =>
      keeps.includes(key) ||
      (key.startsWith(PENDING_OP) && isOperation(value) && value.anonymousId === anonymousId);
    await store.write([...records].flatMap((change) => (isTheirs(change) ? [] : [[change[0], undefined]])));
  };

  const catchUp = async (isLate: boolean): Promise<void> => {
    const before = [...pending.keys()]
      .map((id) => PENDING_OP + id)
      .filter((key) => isLate || stored.has(key));
    const since = new Set<string>();
    touched = since;
    const records = await read();
    if (!records || !isShared) return;
    // Somebody has deleted the database: what this tab knows is all there is.
    if (!records.has(IDENTITY)) return store.write([[IDENTITY, replica.identity], ...known()]);
    const missing = known().filter(
      ([key, value]) => value !== undefined && !key.startsWith(PENDING_OP) && !records.has(key),
    );
    void store.write([...[...records].flatMap(mend), ...missing]);
    const gone = before.filter((key) => !records.has(key)).map((key): Change => [key, undefined]);
    const definitions = await load(records);
    apply(
      [...records, ...gone].filter(([key]) => !since.has(key)),
      definitions,
      true,
    );
  };

  return {
    commit,

    async join() {
      isShared = true;
      const era = parts;
      const joined = (async () => {
        let records = await read();
        if (era !== parts) return true;
        if (!isTurn(records?.get(IDENTITY))) {
          if (isParted || !replica.identity.anonymousId) apply(another(true));
          isParted = false;
          // Whoever finds the user finds what is known of them.
          void store.write(known());
          const standing = await store.claim(IDENTITY, replica.identity);
          // Another tab was faster.
          if (isTurn(standing) && standing.anonymousId !== replica.identity.anonymousId)
            records = await read();
        }
        if (era === parts && records) await unite(records);
        host.tell({ joined: true });
        return records !== undefined;
      })();
      heard = joined.then(() => {});
      return joined;
    },

    async settle() {
      if (!isShared) return;
      await this.catchUp();
      const changes = await store.settle();
      host.tell({ settled: true, ...(changes.length > 0 && { changes }) });
    },

    catchUp(isLate = false) {
      reading ??= catchUp(isLate).finally(() => {
        reading = undefined;
      });
      return reading;
    },

    hear(changes, isErased) {
      if (!isShared) {
        if (isErased) begin();
        return heard;
      }
      const era = parts;
      heard = heard.then(async () => {
        const definitions = await load(changes);
        if (era !== parts) return;
        if (isErased) forget();
        store.supersede(changes.map(([key]) => key));
        if (changes.length) apply(changes, definitions, true);
      });
      return heard;
    },

    async record(entry) {
      const { anonymousId, userId, turn } = replica.identity;
      const op: Kept = { anonymousId, ...(userId !== null && { userId }), ...entry };
      if (wireSize({ ...op, unmeasured: undefined }) > OPERATION_BYTES)
        return report("too-large", "", `at most ${OPERATION_BYTES} bytes`);
      if (pending.size >= PENDING) return report("queue-full", "", `at most ${PENDING} wait`);
      const change = keep(op);
      stored.add(change[0]);
      await commit(
        op.type === "identify"
          ? [[IDENTITY, { anonymousId, userId: op.userId, turn: turn + 1 }], change]
          : [change],
      );
    },

    renew(isNew) {
      isOther ||= !isShared && replica.identity.anonymousId !== "";
      return commit(another(isNew));
    },

    async erase() {
      begin();
      const wiped = wipe();
      const changes: Change[] = [[IDENTITY, replica.identity], ...known()];
      host.tell({ changes, erase: true });
      if (isShared) void store.write(changes);
      await wiped;
    },

    part(isErased) {
      parts++;
      if (isErased) forget();
      isShared = false;
      if (!isErased) {
        // The disk had not said yet who it is: somebody, until it may be asked again.
        if (!replica.identity.anonymousId) apply(another(true));
        return;
      }
      isOther = false;
      isParted = true;
      apply(another(false));
    },

    clear: () => store.clear(),
  };
}
