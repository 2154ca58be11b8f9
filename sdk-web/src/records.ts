import type { Membership, Program, TraitState } from "@muster/rules";
import type { SavedState } from "@muster/rules/state";
import type { Cursor, Operation } from "@muster/rules/wire";

/** Who this device reports: one anonymous id, and at most one user that it turned out to be. */
export interface Identity {
  anonymousId: string;
  userId: string | null;
}

/** An identity among those that this device has had. */
export interface Turn extends Identity {
  /** Counts them, so that tabs which change it at once agree in the end. */
  turn: number;
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

/** A linked ruleset of the edge. */
export interface Definitions {
  version: string;
  program: Program;
}

/** An operation as it is kept: `unmeasured` where `ts` is of a clock that was never compared with the edge's. */
export type Kept = Operation & { unmeasured?: true };

// The keys of what is kept on disk and told to other tabs.
export const IDENTITY = "identity";
export const DEFINITIONS = "definitions";
/** What capturing remembers. */
export const CAPTURE = "capture";
/** Ms that the edge's clock is ahead of the device's. */
export const SKEW = "skew";
/** With an anonymous id: what is known of its user. */
export const SNAPSHOT = "snapshot:";
/** With an operation's id: one that is pending. */
export const PENDING_OP = "op:";
/** With an operation's id: one that the edge refused. */
export const PARKED_OP = "parked:";

export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Only this SDK writes to its database: what tells its records from rubble is enough.
function isIdentity(value: unknown): value is Identity {
  return isRecord(value) && typeof value.anonymousId === "string";
}
export function isTurn(value: unknown): value is Turn {
  return isIdentity(value) && "turn" in value;
}
export function isSnapshot(value: unknown): value is Snapshot {
  return isIdentity(value) && "answers" in value && isRecord(value.answers);
}
export function isDefinitions(value: unknown): value is Definitions {
  return isRecord(value) && isRecord(value.program);
}
export function isOperation(value: unknown): value is Kept {
  return isIdentity(value) && "id" in value;
}
