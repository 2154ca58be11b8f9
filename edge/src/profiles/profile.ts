import { foldTraits, LIMITS, type TraitState, type TraitWrite, type UserEvent } from "@muster/rules";

import type { Runtime } from "../runtime.ts";

export type Cause = "event" | "time" | "definition" | "identify";

/** An event as the log holds it. */
export interface StoredEvent extends UserEvent {
  seq: number;
  receivedAt: number;
}

/** A profile as D1 has it; a new one has `storedSeq` null. */
export interface ProfileData {
  id: number;
  userId: string | null;
  anonymousId: string | null;
  traits: TraitState;
  /** Characters of the traits as JSON. */
  traitsSize: number;
  seq: number;
  epoch: number;
  dueAt: number | null;
  /** The workspace version that its stored memberships follow. */
  definitions: number;
  createdAt: number;
}

/** What an entry of the traits may have beside its name and value: the write's id and instant, and punctuation. */
const ENTRY_SIZE = 200;

/** One user in memory during a request: what D1 has of them and what the request adds. */
export class Profile {
  readonly id: number;
  readonly createdAt: number;
  /** What the write must still find in D1, or null where there must be nothing yet. */
  readonly storedSeq: number | null;
  userId: string | null;
  anonymousId: string | null;
  seq: number;
  epoch: number;
  dueAt: number | null;
  definitions: number;
  #traits: TraitState;
  /** At most so many characters of JSON. */
  #traitsSize: number;
  /** Those that decide anything, in the order in which they arrived. */
  events: StoredEvent[] = [];
  /** Ids of operations that are known to be here, among those that the request brings. */
  readonly known = new Set<string>();
  /** Since when it is in which segment. */
  members = new Map<string, number>();
  /** Static lists on which it stands. */
  readonly lists = new Set<string>();
  readonly newEvents: StoredEvent[] = [];
  readonly newWrites: { id: string; receivedAt: number }[] = [];
  /** Whether the request changed anything, and by what. */
  change: Cause | null = null;

  constructor(data: ProfileData, storedSeq: number | null) {
    this.id = data.id;
    this.createdAt = data.createdAt;
    this.storedSeq = storedSeq;
    this.userId = data.userId;
    this.anonymousId = data.anonymousId;
    this.#traits = data.traits;
    this.#traitsSize = data.traitsSize;
    this.seq = data.seq;
    this.epoch = data.epoch;
    this.dueAt = data.dueAt;
    this.definitions = data.definitions;
  }

  /** One that D1 has not heard of. The id is random: a clash rolls the write back, and the next try has another. */
  static unknown(userId: string | null, anonymousId: string | null, runtime: Runtime, now: number): Profile {
    const [high = 0, low = 0] = new Uint32Array(runtime.bytes(8).buffer);
    const id = (high & 0x1fffff) * 2 ** 32 + low;
    const data = {
      id,
      userId,
      anonymousId,
      traits: {},
      traitsSize: 2,
      seq: 0,
      epoch: 0,
      dueAt: null,
      definitions: 0,
      createdAt: now,
    };
    return new Profile(data, null);
  }

  /** Notes that its memberships were brought up to date; a writer that read it before will meet a conflict. */
  touch(cause: "time" | "definition"): void {
    this.seq++;
    this.change = cause;
  }

  addEvent(event: UserEvent, now: number): void {
    const stored = { ...event, seq: ++this.seq, receivedAt: now };
    this.known.add(event.id);
    this.newEvents.push(stored);
    this.events.push(stored);
    this.#did();
  }

  get traits(): TraitState {
    return this.#traits;
  }

  /** Applies a write; false, and nothing changes, where there would be more traits than a profile may have. */
  addWrite(write: TraitWrite, now: number): boolean {
    if (!this.fold([write])) return false;
    this.seq++;
    this.known.add(write.id);
    this.newWrites.push({ id: write.id, receivedAt: now });
    this.#did();
    return true;
  }

  /** Folds writes into the traits and keeps no note of them; false where there is no room. */
  fold(writes: readonly TraitWrite[]): boolean {
    const traits = foldTraits(this.#traits, writes);
    const entries = writes.reduce((sum, write) => sum + Object.keys(write.set).length, 0);
    let size = this.#traitsSize + JSON.stringify(writes).length + entries * ENTRY_SIZE;
    // Most profiles are far from the limit: only near it is it worth counting.
    if (size > LIMITS.traits) size = JSON.stringify(traits).length;
    if (size > LIMITS.traits) return false;
    this.#traits = traits;
    this.#traitsSize = size;
    return true;
  }

  #did(): void {
    if (this.change !== "identify") this.change = "event";
  }

  /**
   * Takes up all that another profile has: the union of both, where of two copies of an event the first to
   * arrive stays. Its traits fall away only where there is no room for both. Browsers begin their snapshot anew,
   * as `epoch` tells them.
   */
  absorb(other: Profile): void {
    const offset = this.seq;
    const shift = (event: StoredEvent): StoredEvent => ({ ...event, seq: event.seq + offset });
    const writes = Object.entries(other.traits).map(([name, { value, ts, id }]) => ({
      id,
      ts,
      set: Object.fromEntries([[name, value]]),
    }));
    this.fold(writes);
    this.events = unionOf(this.events, other.events.map(shift));
    this.newEvents.push(...other.newEvents.map(shift));
    this.newWrites.push(...other.newWrites);
    for (const id of other.known) this.known.add(id);
    for (const [key, since] of other.members) {
      this.members.set(key, Math.min(since, this.members.get(key) ?? since));
    }
    this.anonymousId ??= other.anonymousId;
    this.seq += other.seq;
    this.epoch++;
    this.change = "identify";
  }
}

function unionOf(left: readonly StoredEvent[], right: readonly StoredEvent[]): StoredEvent[] {
  const byArrival = [...left, ...right].sort((a, b) => a.receivedAt - b.receivedAt || a.seq - b.seq);
  const first = new Map<string, StoredEvent>();
  for (const event of byArrival) if (!first.has(event.id)) first.set(event.id, event);
  return [...first.values()];
}
