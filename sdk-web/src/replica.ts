import { EventLog, foldTraits, type Membership, type TraitState, traitsOf, type User } from "@muster/rules";
import type { Operation } from "@muster/rules/wire";
import type { Identity, Snapshot } from "./records.ts";

/** What is known here of a user's past (law 3 needs a snapshot to put the pending operations on). */
export type Past =
  /** The edge's snapshot of this user, or that they were made here. */
  | "known"
  /** The past of the anonymous user who turned out to be this one; the edge may know more. */
  | "carried"
  | "unknown";

/**
 * The user as this device sees them: the edge's snapshot with the pending operations applied on top, again
 * whenever a new snapshot comes.
 */
export class Replica {
  identity: Identity = { anonymousId: "", userId: null };
  snapshot: Snapshot | undefined;
  /** What the edge has not acknowledged, oldest first. */
  readonly pending = new Map<string, Operation>();
  /** The edge's answers for this user. */
  answers: ReadonlyMap<string, Membership> = new Map();
  #events = new EventLog();
  #traits: TraitState = {};
  /** Whether pending operations are about this user; others are of one who was here before. */
  #waits = false;

  get past(): Past {
    const { snapshot, identity } = this;
    return !snapshot ? "unknown" : snapshot.userId === identity.userId ? "known" : "carried";
  }

  /** Whether the edge has everything that is known here of this user. */
  get settled(): boolean {
    return this.past === "known" && !this.#waits;
  }

  get user(): User {
    const { identity, answers } = this;
    const { userId, anonymousId } = identity;
    return { id: userId, anonymousId, traits: traitsOf(this.#traits), events: this.#events, answers };
  }

  /** Adds an operation of the current user and applies it. */
  add(op: Operation): void {
    this.pending.set(op.id, op);
    this.#apply(op);
  }

  /** Takes another snapshot, of this user or with them, and applies what is pending to it. */
  rebase(snapshot: Snapshot | undefined): void {
    this.snapshot = snapshot;
    this.#events = new EventLog(snapshot?.events);
    this.#traits = snapshot?.traits ?? {};
    this.answers = new Map(Object.entries(snapshot?.memberships ?? {}));
    this.#waits = false;
    for (const op of this.pending.values()) {
      if (op.anonymousId === this.identity.anonymousId) this.#apply(op);
    }
  }

  #apply(op: Operation): void {
    this.#waits = true;
    if (op.type === "track") this.#events.add(op);
    else this.#traits = foldTraits(this.#traits, [op]);
  }
}
