import type { Operation } from "@muster/rules/wire";
import { OPERATION_BYTES, PARKED, PENDING } from "./bounds.ts";
import type { Memory } from "./capture/capture.ts";
import type { Exchanged } from "./exchange.ts";
import { wireSize } from "./operation.ts";
import {
  CAPTURE,
  DEFINITIONS,
  type Definitions,
  IDENTITY,
  type Identity,
  isDefinitions,
  isIdentity,
  isOperation,
  isRecord,
  isSnapshot,
  PARKED_OP,
  PENDING_OP,
  SNAPSHOT,
  type Snapshot,
} from "./records.ts";
import type { Replica } from "./replica.ts";
import type { Report } from "./report.ts";
import type { Change, Store } from "./store/store.ts";

type Identify = Extract<Operation, { type: "identify" }>;
type Unowned<Op> = Op extends Operation ? Omit<Op, "anonymousId" | "userId"> : never;
/** An operation but for whose it is; an identify says which user it makes. */
export type Entry = Unowned<Exclude<Operation, Identify>> | Omit<Identify, "anonymousId">;

/** What the disk held that is not the user. */
interface Restored {
  definitions: Definitions | undefined;
  memory: Memory;
}

/** The user in memory and on disk: each change is made in both, on disk in one transaction. */
export interface Journal {
  /** The keys of what the edge refused, oldest first. */
  readonly parked: readonly string[];
  /** Fills memory from disk; on a device that knows nobody, a new anonymous user is made. */
  restore(): Promise<Restored>;
  /** Adds an operation of the current user; resolves once it is on disk. */
  record(entry: Entry): Promise<void>;
  /** Keeps what capturing remembers. */
  remember(memory: Memory): void;
  /**
   * From here on another user, of whom nothing is known but, where `isNew`, that there is no past. What is
   * pending is still sent, as its own user's.
   */
  renew(isNew: boolean): Promise<void>;
  /** Takes over what an exchange brought: in memory at once, on disk when it resolves. */
  take(exchanged: Exchanged, isRulesetNew: boolean): Promise<void>;
  /** Puts an operation apart that the edge refuses. */
  park(id: string, detail: unknown): Promise<void>;
}

export function createJournal(replica: Replica, store: Store, report: Report, newId: () => string): Journal {
  const { pending } = replica;
  const parked: string[] = [];

  const renew = (isNew: boolean): Promise<void> => {
    const identity: Identity = { anonymousId: newId(), userId: null };
    const empty: Snapshot = { ...identity, cursor: null, events: [], traits: {}, memberships: {} };
    const forgotten = parked.splice(0).map((key): Change => [key, undefined]);
    replica.identity = identity;
    replica.rebase(isNew ? empty : undefined);
    return store.write([...forgotten, [IDENTITY, identity], [SNAPSHOT, replica.snapshot]]);
  };

  /** An operation is pending no longer; one that was refused is kept apart with the reason. */
  const forget = (id: string, refusal: unknown): Change[] => {
    const changes: Change[] = [[PENDING_OP + id, undefined]];
    if (refusal !== undefined) {
      report("refused", id, refusal);
      changes.push([PARKED_OP + id, { op: pending.get(id), refusal }]);
      if (parked.push(PARKED_OP + id) > PARKED) changes.push([parked.shift() ?? "", undefined]);
    }
    pending.delete(id);
    return changes;
  };

  return {
    parked,
    renew,

    async restore() {
      const records = await store.read();
      for (const [key, op] of records) {
        if (key.startsWith(PARKED_OP)) parked.push(key);
        if (key.startsWith(PENDING_OP) && isOperation(op)) pending.set(op.id, op);
      }
      const identity = records.get(IDENTITY);
      const snapshot = records.get(SNAPSHOT);
      const definitions = records.get(DEFINITIONS);
      const memory = records.get(CAPTURE);
      if (isIdentity(identity)) {
        const { anonymousId, userId } = identity;
        const isOwn =
          isSnapshot(snapshot) &&
          snapshot.anonymousId === anonymousId &&
          (snapshot.userId ?? userId) === userId;
        replica.identity = identity;
        replica.rebase(isOwn ? snapshot : undefined);
      } else void renew(true);
      return {
        definitions: isDefinitions(definitions) ? definitions : undefined,
        memory: isRecord(memory) ? memory : {},
      };
    },

    async record(entry) {
      const { anonymousId, userId } = replica.identity;
      const op: Operation = { anonymousId, ...(userId !== null && { userId }), ...entry };
      if (wireSize(op) > OPERATION_BYTES) return report("too-large", "", `at most ${OPERATION_BYTES} bytes`);
      if (pending.size >= PENDING) return report("queue-full", "", `at most ${PENDING} wait`);
      const changes: Change[] = [[PENDING_OP + op.id, op]];
      if (op.type === "identify") {
        replica.identity = { anonymousId, userId: op.userId };
        changes.push([IDENTITY, replica.identity]);
      }
      replica.add(op);
      await store.write(changes);
    },

    remember(memory) {
      void store.write([[CAPTURE, memory]]);
    },

    take({ acks, snapshot, definitions: { version, program } }, isRulesetNew) {
      const changes: Change[] = [];
      for (const [id, ack] of acks) {
        changes.push(...forget(id, ack.status === "refused" ? ack.problem.detail : undefined));
      }
      replica.rebase(snapshot.anonymousId === replica.identity.anonymousId ? snapshot : replica.snapshot);
      changes.push([SNAPSHOT, replica.snapshot]);
      if (isRulesetNew) changes.push([DEFINITIONS, { version, program }]);
      return store.write(changes);
    },

    park(id, detail) {
      const changes = forget(id, detail);
      replica.rebase(replica.snapshot);
      return store.write(changes);
    },
  };
}
