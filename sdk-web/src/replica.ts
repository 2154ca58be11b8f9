import type { Membership, User } from "@muster/rules";
import type { Operation } from "@muster/rules/wire";
import { DONE } from "./bounds.ts";
import type { Memory } from "./capture/capture.ts";
import type { CorrectedClock } from "./clock.ts";
import type { Loaded } from "./definitions.ts";
import {
  CAPTURE,
  IDENTITY,
  type Identity,
  isOperation,
  isRecord,
  isSnapshot,
  isTurn,
  type Kept,
  PARKED_OP,
  PENDING_OP,
  SKEW,
  SNAPSHOT,
  type Snapshot,
  type Turn,
} from "./records.ts";
import type { Change } from "./store/store.ts";
import { View } from "./view.ts";

/** Whether the edge knew less when it gave `one` than when it gave `other`. */
export function isOlder(one: Snapshot, other: Snapshot | undefined): boolean {
  if (!other?.cursor || !one.cursor || one.cursor.profile !== other.cursor.profile)
    return one.at < (other?.at ?? 0);
  // An edge that was set back to an earlier day has fewer operations, later.
  return one.cursor.seq < other.cursor.seq && one.at <= other.at;
}

/** Before a device's user is known. */
export const NOBODY: Turn = { anonymousId: "", userId: null, turn: 0 };

const nameOf = ({ anonymousId, userId }: Identity): string => `${anonymousId} ${userId}`;

export const isSame = (one: Identity, other: Identity): boolean => nameOf(one) === nameOf(other);

/** Whether one identity gives way to another, in every tab alike. */
function isEarlier(one: Turn, other: Turn): boolean {
  return one.turn < other.turn || (one.turn === other.turn && nameOf(one) < nameOf(other));
}

/**
 * The user as this tab sees them: the edge's snapshot with the pending operations applied on top, again whenever
 * a new snapshot comes (law 3). It takes the same changes as the disk and the other tabs do.
 */
export class Replica {
  identity: Turn = NOBODY;
  snapshot: Snapshot | undefined;
  definitions: Loaded | undefined;
  /** The edge's answers for this user. */
  answers: ReadonlyMap<string, Membership> = new Map();
  /** What the edge has not acknowledged, oldest first. */
  readonly pending = new Map<string, Kept>();
  /** Those of `pending` that the edge may have nevertheless: its answer was lost, or went to another tab. */
  readonly doubt = new Set<string>();
  /** The keys of what the edge refused, oldest first. */
  readonly parked = new Set<string>();
  /** What capturing remembers. */
  memory: Memory = {};
  readonly #clock: CorrectedClock;
  /** Operations that are pending no longer: a late word of them shall not bring them back. */
  readonly #done = new Set<string>();
  #view = new View(undefined, undefined);

  constructor(clock: CorrectedClock) {
    this.#clock = clock;
  }

  /** Whether the user's past is known: from the edge, or since they were made here. Else answers have no base. */
  get known(): boolean {
    const { snapshot, identity, definitions } = this;
    return (
      snapshot !== undefined &&
      snapshot.userId === identity.userId &&
      (!snapshot.cursor || snapshot.version === definitions?.version)
    );
  }

  /** Whether the edge has something to tell or to be told. */
  get isBehind(): boolean {
    return this.pending.size > 0 || !this.known || !this.snapshot?.cursor;
  }

  /** The pending operations that are about this user; others are of one who was here before. */
  get own(): Kept[] {
    return [...this.pending.values()].filter((op) => this.#isOwn(op));
  }

  get user(): User {
    return this.#view.userOf(this.identity, this.answers);
  }

  /** Makes changes in one step; `isOther` where another tab made them. */
  apply(changes: Iterable<Change>, definitions?: Loaded, isOther = false): void {
    this.definitions = definitions ?? this.definitions;
    let isStale = definitions !== undefined;
    for (const [key, value] of changes) isStale = this.#change(key, value, isOther) || isStale;
    if (isStale) this.#rebase();
  }

  /** Makes one change; gives whether the view must be made anew. */
  #change(key: string, value: unknown, isOther: boolean): boolean {
    const { pending, parked } = this;
    if (key.startsWith(PENDING_OP)) {
      const id = key.slice(PENDING_OP.length);
      if (value === undefined) return this.#forget(id);
      if (!isOperation(value) || this.#done.has(id)) return false;
      if (isOther) this.doubt.add(id);
      const isChanged = pending.has(id);
      const op = this.#measure(value);
      pending.set(id, op);
      if (!isChanged && this.#isOwn(op)) this.#view.apply(op);
      return isChanged;
    }
    if (key.startsWith(PARKED_OP)) {
      if (value === undefined) parked.delete(key);
      else parked.add(key);
    } else if (key === CAPTURE) this.memory = isRecord(value) ? value : {};
    else if (key === IDENTITY && isTurn(value)) {
      if (isEarlier(value, this.identity)) return false;
      if (value.anonymousId !== this.identity.anonymousId) this.snapshot = undefined;
      this.identity = value;
      return true;
    } else if (key === SNAPSHOT + this.identity.anonymousId && isSnapshot(value)) {
      if (!isOlder(value, this.snapshot)) this.snapshot = value;
      return true;
    } else if (key === SKEW && typeof value === "number") {
      this.#clock.skew = value;
      for (const [id, op] of pending) pending.set(id, this.#measure(op));
      return true;
    }
    return false;
  }

  #forget(id: string): boolean {
    const { doubt, pending } = this;
    doubt.delete(id);
    const done = this.#done.add(id);
    const [oldest] = done;
    if (done.size > DONE && oldest !== undefined) done.delete(oldest);
    return pending.delete(id);
  }

  /** The operation by the edge's clock, once that is known. */
  #measure(op: Kept): Kept {
    const { skew } = this.#clock;
    if (!op.unmeasured || skew === undefined) return op;
    const { unmeasured, ...measured } = op;
    return { ...measured, ts: op.ts + skew };
  }

  #rebase(): void {
    try {
      this.#view = new View(this.definitions, this.snapshot);
    } catch {
      this.snapshot = undefined;
      this.#view = new View(this.definitions, undefined);
    }
    this.answers = new Map(Object.entries(this.snapshot?.answers ?? {}));
    for (const op of this.own) this.#view.apply(op);
  }

  #isOwn(op: Operation): boolean {
    return op.anonymousId === this.identity.anonymousId;
  }
}
