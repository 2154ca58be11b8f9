import type { Operation } from "@muster/rules/wire";
import type { Device, Person, Tab } from "./device.ts";

/** An operation as it stands in requests. */
interface Wire {
  id: string;
  ts: number;
  anonymousId: string | null;
  userId: string | null;
  /** Whether a request asked the edge to shift `ts` by what the device's clock is off. */
  isShifted: boolean;
}

/** An operation that a backend has reported once more, for a user. */
export interface Echo {
  readonly userId: string;
  isDone: boolean;
  mayBeGone: boolean;
  /** Whether the edge then had it for the anonymous user and for the user, who were not yet known to be one. */
  isApart: boolean;
}

/** What the simulation itself knows of an operation, from the call that made it on. */
export interface Op {
  /** Stands in the operation's data, so that it is known again wherever it turns up. */
  readonly n: number;
  readonly type: Operation["type"];
  /** True time of the call. */
  readonly at: number;
  readonly name?: string;
  readonly props?: { readonly [name: string]: unknown };
  readonly set?: { readonly [name: string]: unknown };
  /** The user named by an identify, or by the backend that reported it. */
  readonly userId?: string;
  /** The tab that made it; undefined for a backend. */
  readonly tab: Tab | undefined;
  /** Whether its call resolved, or the edge acknowledged it to the backend. */
  isDone: boolean;
  /** Whether its tab's disk had always been well when the call resolved. */
  isOnDisk: boolean;
  /** Whose it must be, and by what id they were known at the call, where that is certain. */
  meant?: { person: Person; userId: string | null };
  /** Users under whose name a backend has reported it once more. */
  readonly echoes: Echo[];
  /** Whether an erasure may have met it, so that it may be gone. */
  mayBeGone: boolean;
  /** As it was seen first on its way to the edge. */
  wire?: Wire;
}

/** All operations of a run. */
export class OperationRecord {
  readonly ops: Op[] = [];
  readonly #ids = new Map<string, Op>();
  readonly #fail: (problem: string) => void;

  constructor(fail: (problem: string) => void) {
    this.#fail = fail;
  }

  add(op: Pick<Op, "type" | "at" | "tab"> & Partial<Op>): Op {
    const added = { echoes: [], ...op, n: this.ops.length, isDone: false, isOnDisk: false, mayBeGone: false };
    this.ops.push(added);
    return added;
  }

  withId(id: string): Op | undefined {
    return this.#ids.get(id);
  }

  /** Learns what an operation of an application has become on the wire. */
  see(sent: Operation, isShifted = false): void {
    const n = Number(sent.type === "track" ? sent.props.n : sent.set.note);
    const op = this.ops[n];
    if (op === undefined) {
      this.#fail(`nobody called for ${JSON.stringify(sent)}`);
      return;
    }
    const { id, ts, anonymousId = null, userId = null } = sent;
    if (op.wire === undefined) {
      if (this.#ids.has(id)) this.#fail(`two operations have the id ${id}`);
      op.wire = { id, ts, anonymousId, userId, isShifted };
      this.#ids.set(id, op);
      return;
    }
    op.wire.isShifted ||= isShifted;
    if (op.wire.id !== id) this.#fail(`operation ${n} has two ids, ${op.wire.id} and ${id}`);
  }

  /** Whatever was called for by now on this device may be gone. */
  eraseDevice(device: Device): void {
    for (const op of this.ops) if (op.tab?.device === device) op.mayBeGone = true;
  }

  /** Whatever was called for by now of this user, or under one of their anonymous ids, may be gone. */
  eraseUser(erased: string, anonymousIds: ReadonlySet<string>): void {
    for (const op of this.ops) {
      const ids = op.wire;
      const userId = ids?.userId ?? op.userId;
      if (userId === erased) op.mayBeGone = true;
      for (const echo of op.echoes) if (echo.userId === erased) echo.mayBeGone = true;
      if (typeof ids?.anonymousId === "string" && anonymousIds.has(ids.anonymousId)) op.mayBeGone = true;
    }
  }
}
