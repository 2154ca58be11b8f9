import type { Membership, Program, TraitState, UserEvent } from "@muster/rules";
import type { Cursor, Operation } from "@muster/rules/wire";

/** Who this device reports: one anonymous id, and at most one user that it turned out to be. */
export interface Identity {
  anonymousId: string;
  userId: string | null;
}

/** What the edge knows of a user, as of `cursor`; a null cursor is the empty past of a user made here. */
export interface Snapshot extends Identity {
  cursor: Cursor | null;
  events: readonly UserEvent[];
  traits: TraitState;
  memberships: { readonly [segment: string]: Membership };
}

/** A linked ruleset of the edge. */
export interface Definitions {
  version: string;
  program: Program;
}

// The keys of what is kept on disk.
export const IDENTITY = "identity";
export const SNAPSHOT = "snapshot";
export const DEFINITIONS = "definitions";
/** What capturing remembers. */
export const CAPTURE = "capture";
/** With an operation's id: one that is pending. */
export const PENDING_OP = "op:";
/** With an operation's id: one that the edge refused. */
export const PARKED_OP = "parked:";

export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Only this SDK writes to its database: what tells its records from rubble is enough.
export function isIdentity(value: unknown): value is Identity {
  return isRecord(value) && typeof value.anonymousId === "string";
}
export function isSnapshot(value: unknown): value is Snapshot {
  return isRecord(value) && Array.isArray(value.events) && isIdentity(value);
}
export function isDefinitions(value: unknown): value is Definitions {
  return isRecord(value) && isRecord(value.program);
}
export function isOperation(value: unknown): value is Operation {
  return isIdentity(value) && "id" in value;
}
