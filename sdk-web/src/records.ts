import type { Membership, Program, TraitState } from "@muster/rules";
import type { DecisionTable } from "@muster/rules/decide";
import type { SavedState } from "@muster/rules/state";
import type { Cursor, Operation } from "@muster/rules/wire";

/** Who this device reports: one anonymous id, and at most one user that it turned out to be. */
export interface Identity {
  anonymousId: string;
  userId: string | null;
}

/** The device's user, as it is kept. */
export interface DeviceUser extends Identity {
  /** Names the beginning of what is kept here, on this device alone: what is of another beginning was erased. */
  since: string;
}

/** What the edge knows of a user and decisions need. */
export interface Snapshot extends Identity {
  /** Null is the empty past of a user made here, which fits every ruleset. */
  cursor: Cursor | null;
  /** The edge's clock when it said so, ms since the epoch. */
  at: number;
  /** The version of the ruleset whose series the state has. */
  version: string;
  state?: SavedState | undefined;
  traits: TraitState;
  /** The answers that the edge alone can give. */
  answers: { readonly [segment: string]: Membership };
}

/** A linked ruleset of the edge, and what is decided by it. */
export interface Definitions {
  version: string;
  program: Program;
  decisions: DecisionTable;
}

/** That this device has seen an arm of an experiment whose unit is the device. */
export interface Seen {
  /** The arm. */
  variation: string;
  /** When, in ms since the epoch. */
  ts: number;
}

/** An operation as it is kept: `unmeasured` where `ts` is of a clock that was never compared with the edge's. */
export type Kept = Operation & { unmeasured?: true };

// The keys of what is kept on disk. A look at the disk begins with the identity and leaves out the definitions, and a
// write looks at the first two of them.
export const DEFINITIONS = "definitions";
export const IDENTITY = "identity";
/** What is known of the user. */
export const SNAPSHOT = "identity:past";
/** With an operation's id: one that is pending. */
export const PENDING_OP = "op:";
/** With an operation's id: one that the edge refused. */
export const PARKED_OP = "parked:";
/** With the id of an exposure: one of the device's own. */
export const SEEN = "seen:";
/** Ms that the edge's clock is ahead of the device's. */
export const SKEW = "skew";
/** What capturing remembers. */
export const CAPTURE = "visit";
/** No key is greater. */
export const LAST = "\uffff";

/** Stands for the identity of a user who wants to be nobody. */
export const REFUSED = "refused";

export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Only this SDK writes to its database: what tells its records from rubble is enough.
function isIdentity(value: unknown): value is Identity {
  return isRecord(value) && typeof value.anonymousId === "string";
}
export function isDeviceUser(value: unknown): value is DeviceUser {
  return isIdentity(value) && "since" in value;
}
export function isSnapshot(value: unknown): value is Snapshot {
  return isIdentity(value) && "answers" in value && isRecord(value.answers);
}
// What an SDK has kept that knew of no decisions is fetched anew.
export function isDefinitions(value: unknown): value is Definitions {
  return isRecord(value) && isRecord(value.program) && isRecord(value.decisions);
}
export function isSeen(value: unknown): value is Seen {
  return isRecord(value) && typeof value.variation === "string" && typeof value.ts === "number";
}
export function isOperation(value: unknown): value is Kept {
  return isIdentity(value) && "id" in value && ("name" in value || ("set" in value && isRecord(value.set)));
}
