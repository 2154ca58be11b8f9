import type { Membership, User } from "@muster/rules";
import { asHappened } from "@muster/rules/delivery";
import type { Operation } from "@muster/rules/wire";
import type { Memory } from "./capture/capture.ts";
import type { CorrectedClock } from "./clock.ts";
import type { Loaded } from "./definitions.ts";
import {
  CAPTURE,
  type DeviceUser,
  IDENTITY,
  isDeviceUser,
  isOperation,
  isRecord,
  isSeen,
  isSnapshot,
  type Kept,
  PARKED_OP,
  PENDING_OP,
  SEEN,
  type Seen,
  SKEW,
  SNAPSHOT,
  type Snapshot,
} from "./records.ts";
import type { Change, Records } from "./store/store.ts";
import type { View } from "./view.ts";

/** Whether the edge knew less when it gave `one` than when it gave `other`. */
export function isOlder(one: Snapshot, other: Snapshot | undefined): boolean {
  if (!other?.cursor || one.cursor?.profile !== other.cursor.profile) return one.at < (other?.at ?? 0);
  // An edge that was set back to an earlier day has fewer operations, later.
  const isLess = one.cursor.seq < other.cursor.seq || one.at < other.at;
  return isLess && one.cursor.seq <= other.cursor.seq && one.at <= other.at;
}

/** What tells one snapshot from another. */
function stampOf(snapshot: Snapshot | undefined): string {
  const { at, userId, version, cursor } = snapshot ?? {};
  return JSON.stringify([at, userId, version, cursor]);
}

/**
 * The user as this tab sees them: the edge's snapshot with the pending operations applied on top, again whenever
 * a new snapshot comes (law 3). It takes the same changes as the disk does.
 */
export class Replica {
  identity: DeviceUser = { anonymousId: "", userId: null, since: "" };
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
  /** What this device has seen of experiments whose unit it is, by the exposures' ids. */
  readonly exposures = new Map<string, Seen>();
  /** Whether memory has gone over to another user than the device's, which is not united with the disk. */
  isOther = false;
  /** What capturing remembers. */
  memory: Memory = {};
  readonly #clock: CorrectedClock;
  #view: View | undefined;
  /** By the device's clock. */
  #shownAt: number;

  constructor(clock: CorrectedClock) {
    this.#clock = clock;
    this.#shownAt = clock.device();
  }

  /** When the page was shown that the user looks at in this tab: its last page view, or the beginning; ms since the epoch. */
  get shownAt(): number {
    return this.#shownAt + (this.#clock.skew ?? 0);
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

  /** As evaluations see them; undefined before there are definitions. */
  get user(): User | undefined {
    return this.#view?.userOf(this.identity, this.answers);
  }

  /** All that is known, to be kept; the definitions go with the snapshot. */
  get records(): Change[] {
    return [
      [IDENTITY, this.identity],
      [SNAPSHOT, this.snapshot],
      [SKEW, this.#clock.skew],
      [CAPTURE, this.memory],
      ...[...this.exposures].map(([id, seen]): Change => [SEEN + id, seen]),
      ...[...this.pending].map(([id, op]): Change => [PENDING_OP + id, op]),
    ];
  }

  /** Makes changes in one step; `isOther` where another tab may have made them. */
  apply(changes: Iterable<Change>, definitions?: Loaded, isOther = false): void {
    this.definitions = definitions ?? this.definitions;
    let isStale = definitions !== undefined;
    for (const [key, value] of changes) isStale = this.#change(key, value, isOther) || isStale;
    if (isStale) this.#rebase();
  }

  /** Becomes what these records say. */
  load(records: Records, definitions: Loaded | undefined): void {
    const held = [
      SNAPSHOT,
      CAPTURE,
      ...this.parked,
      ...[...this.exposures.keys()].map((id) => SEEN + id),
      ...[...this.pending.keys()].map((id) => PENDING_OP + id),
    ];
    const gone = held.filter((key) => !records.has(key)).map((key): Change => [key, undefined]);
    this.isOther = false;
    this.apply([...gone, ...records], definitions, true);
  }

  /** Makes one change; gives whether the view must be made anew. */
  #change(key: string, value: unknown, isOther: boolean): boolean {
    const { pending, parked, doubt, identity, snapshot } = this;
    if (key.startsWith(PENDING_OP)) {
      const id = key.slice(PENDING_OP.length);
      if (value === undefined) {
        doubt.delete(id);
        return pending.delete(id);
      }
      if (!isOperation(value) || pending.has(id)) return false;
      if (isOther) doubt.add(id);
      const op = this.measure(value);
      pending.set(id, op);
      if (!isOther && op.type === "track" && op.name === "$page")
        this.#shownAt = op.ts - ((!op.unmeasured && this.#clock.skew) || 0);
      this.#see(op);
    } else if (key.startsWith(SEEN)) {
      const id = key.slice(SEEN.length);
      if (isSeen(value)) this.exposures.set(id, value);
      else this.exposures.delete(id);
    } else if (key.startsWith(PARKED_OP)) {
      if (value === undefined) parked.delete(key);
      else parked.add(key);
    } else if (key === CAPTURE) this.memory = isRecord(value) ? value : {};
    else if (key === IDENTITY && isDeviceUser(value)) {
      this.identity = value;
      if (value.anonymousId !== identity.anonymousId) this.snapshot = undefined;
      return value.anonymousId !== identity.anonymousId || value.userId !== identity.userId;
    } else if (key === SNAPSHOT) {
      this.snapshot = isSnapshot(value) && value.anonymousId === identity.anonymousId ? value : undefined;
      return stampOf(this.snapshot) !== stampOf(snapshot);
    } else if (key === SKEW && typeof value === "number" && value !== this.#clock.skew) {
      this.#clock.skew = value;
      for (const [id, op] of pending) pending.set(id, this.measure(op));
      return true;
    }
    return false;
  }

  /** The operation by the edge's clock, once that is known. */
  measure(op: Kept): Kept {
    const { skew } = this.#clock;
    if (!op.unmeasured || skew === undefined) return op;
    const { unmeasured, ...measured } = op;
    return { ...measured, ts: op.ts + skew };
  }

  /** Puts an operation of this user on top, the clock having perhaps been set back since. */
  #see(op: Kept): void {
    if (this.#isOwn(op)) this.#view?.apply(asHappened(op, this.#clock.now()));
  }

  #rebase(): void {
    try {
      this.#view = this.definitions?.view(this.snapshot);
      // Read once here, rubble is found before a decision trips over it.
      void this.user;
    } catch {
      this.snapshot = undefined;
      this.#view = this.definitions?.view(undefined);
    }
    this.answers = new Map(Object.entries(this.snapshot?.answers ?? {}));
    for (const op of this.pending.values()) this.#see(op);
  }

  #isOwn(op: Operation): boolean {
    return op.anonymousId === this.identity.anonymousId;
  }
}
