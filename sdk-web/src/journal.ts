import { OPERATION_BYTES, PENDING } from "./bounds.ts";
import type { Loaded } from "./definitions.ts";
import { wireSize } from "./operation.ts";
import { DEFINITIONS, IDENTITY, type Kept, PENDING_OP, SKEW } from "./records.ts";
import type { Change } from "./store/store.ts";
import { succeed } from "./transactions.ts";
import { createUnion, type Union, type UnionHost } from "./union.ts";

type Identify = Extract<Kept, { type: "identify" }>;
type Unowned<Op> = Op extends Kept ? Omit<Op, "anonymousId" | "userId"> : never;
/** An operation but for whose it is; an identify says which user it makes. */
type Entry = Unowned<Exclude<Kept, Identify>> | Omit<Identify, "anonymousId">;

/** What happens to the user: in memory at once, on disk and in the other tabs a little later. */
export interface Journal extends Pick<Union, "look" | "close"> {
  /** Whether other tabs do not know what memory holds, since the disk fails. */
  readonly isAlone: boolean;
  /** Brings memory and disk together: the device's user is taken over from there, or made. */
  join(): Promise<void>;
  /** Makes changes in memory at once; resolves once they are on disk, or once the disk has failed. */
  commit(changes: readonly Change[], definitions?: Loaded): Promise<void>;
  /** Adds an operation of the current user, in one step with other changes; resolves once it is on disk. */
  record(entry: Entry, changes?: readonly Change[]): Promise<void>;
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
}

export function createJournal(host: UnionHost): Journal {
  const { replica, clock, report, newId, changed } = host;
  const union = createUnion(host);

  const commit: Journal["commit"] = (changes, definitions) => {
    const isNew = definitions && definitions !== replica.definitions;
    replica.apply(changes, definitions);
    changed();
    return union.put(isNew ? [...changes, [DEFINITIONS, true]] : changes);
  };

  const renew: Journal["renew"] = (isNew) => {
    const { since } = replica.identity;
    // Who comes after nobody may still turn out to be the device's user.
    replica.isOther ||= !union.isShared && since !== "";
    return commit(succeed(replica, newId(), since || newId(), isNew));
  };

  return {
    get isAlone() {
      return union.isAlone;
    },
    look: union.look,
    close: union.close,
    commit,
    renew,

    async join() {
      await union.join();
      if (union.isShared && !replica.identity.since) void renew(true);
    },

    async record(entry, changes = []) {
      const { identity, pending } = replica;
      const { anonymousId, userId } = identity;
      // Kept as measured as can be, so that whoever sends it says the same.
      const op = replica.measure({ anonymousId, ...(userId !== null && { userId }), ...entry });
      if (wireSize(op) > OPERATION_BYTES) return report("too-large", "", `at most ${OPERATION_BYTES} bytes`);
      if (pending.size >= PENDING) return report("queue-full", "", `at most ${PENDING} wait`);
      const user = op.type === "identify" ? [[IDENTITY, { ...identity, userId: op.userId }] as const] : [];
      await commit([...user, ...changes, [PENDING_OP + op.id, op]]);
    },

    erase() {
      union.erase();
      replica.load(new Map(), undefined);
      return commit([...succeed(replica, newId(), newId(), true), [SKEW, clock.skew]]);
    },

    part() {
      union.part();
      if (!replica.identity.since) void renew(true);
    },

    refuse(isTold) {
      const done = union.refuse(isTold);
      clock.skew = undefined;
      replica.load(new Map(succeed(replica, newId(), "", false)), undefined);
      changed();
      return done;
    },
  };
}
