import { foldTraits, LIMITS, type TraitState, type TraitWrite, type UserEvent } from "@muster/rules";
import type { Runtime } from "../runtime.ts";
import type { History } from "./history.ts";

export type Cause = "event" | "time" | "definition" | "identify";

/** An event that a request brings, as the log is to hold it. */
export interface NewEvent extends UserEvent {
  seq: number;
  receivedAt: number;
}

/** What D1 has of a profile, as it was read. */
interface Stored {
  /** What the write must still find. */
  seq: number;
  definitions: number;
  layout: string;
}

/** A profile as D1 has it. */
export interface ProfileData {
  id: number;
  userId: string | null;
  anonymousId: string | null;
  traits: TraitState;
  /** Characters of the traits as JSON. */
  traitsSize: number;
  history: History;
  /** Since when it is in which segment. */
  members: { readonly [segment: string]: number };
  seq: number;
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
  /** Null where D1 must have nothing yet. */
  readonly stored: Stored | null;
  userId: string | null;
  anonymousId: string | null;
  seq: number;
  dueAt: number | null;
  definitions: number;
  history: History;
  #traits: TraitState;
  /** At most so many characters of JSON. */
  #traitsSize: number;
  /** Ids of operations that are known to be here, among those that the request names. */
  readonly known = new Set<string>();
  /** Since when it is in which segment. */
  readonly members: Map<string, number>;
  /** Static lists on which it stands. */
  readonly lists = new Set<string>();
  readonly newEvents: NewEvent[] = [];
  readonly newWrites: { id: string; receivedAt: number }[] = [];
  /** The names of the events and the traits that the request has brought. */
  readonly touched = { events: new Set<string>(), traits: new Set<string>() };
  /** Whether the request changed anything, and by what. */
  change: Cause | null = null;

  constructor(data: ProfileData, stored: Stored | null) {
    this.id = data.id;
    this.createdAt = data.createdAt;
    this.stored = stored;
    this.userId = data.userId;
    this.anonymousId = data.anonymousId;
    this.#traits = data.traits;
    this.#traitsSize = data.traitsSize;
    this.history = data.history;
    this.members = new Map(Object.entries(data.members));
    this.seq = data.seq;
    this.dueAt = data.dueAt;
    this.definitions = data.definitions;
  }

  /** One that D1 has not heard of. The id is random: a clash rolls the write back, and the next try has another. */
  static unknown(history: History, runtime: Runtime, now: number): Profile {
    const [high = 0, low = 0] = new Uint32Array(runtime.bytes(8).buffer);
    const id = (high & 0x1fffff) * 2 ** 32 + low;
    const data = {
      id,
      userId: null,
      anonymousId: null,
      traits: {},
      traitsSize: 2,
      history,
      members: {},
      seq: 0,
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
    this.known.add(event.id);
    this.newEvents.push({ ...event, seq: ++this.seq, receivedAt: now });
    this.history.apply(event);
    this.touched.events.add(event.name);
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
    for (const name of Object.keys(write.set)) this.touched.traits.add(name);
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
   * Takes up all that another profile has but the past, of which whoever unites them takes care. Its traits fall
   * away only where there is no room for both.
   */
  absorb(other: Profile): void {
    const offset = this.seq;
    const writes = Object.entries(other.traits).map(([name, { value, ts, id }]) => ({
      id,
      ts,
      set: Object.fromEntries([[name, value]]),
    }));
    this.fold(writes);
    this.newEvents.push(...other.newEvents.map((event) => ({ ...event, seq: event.seq + offset })));
    this.newWrites.push(...other.newWrites);
    for (const id of other.known) this.known.add(id);
    for (const [key, since] of other.members) {
      this.members.set(key, Math.min(since, this.members.get(key) ?? since));
    }
    this.anonymousId ??= other.anonymousId;
    this.seq += other.seq;
    this.change = "identify";
  }
}
