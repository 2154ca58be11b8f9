import { z } from "zod";
import type { DecisionTable } from "../decisions/table.ts";
import { LIMITS } from "../limits.ts";
import type { Program } from "../program.ts";
import type { SavedState } from "../state/user-state.ts";
import {
  acknowledgement,
  identifier,
  type OperationInput,
  operationId,
  operations,
  timestamp,
} from "./operation.ts";

/** The answer for one user and segment; `until` is null when time alone never changes it. */
export const membership = z.object({ member: z.boolean(), until: timestamp.nullable() });

/** A linked ruleset: made by the edge, loaded by SDKs; opaque on the wire. */
export const program = z.custom<Program>((value) => typeof value === "object" && value !== null);

/** Flags, experiments and campaigns as they are decided: made by the edge, read by SDKs; opaque on the wire. */
export const decisionTable = z.custom<DecisionTable>((value) => typeof value === "object" && value !== null);

/** The definitions, and the version that both parts have together. */
export const shippedRuleset = z.object({ version: z.string(), program, decisions: decisionTable });
export type ShippedRuleset = z.infer<typeof shippedRuleset>;

/**
 * What a snapshot is of: a profile of the edge, and how many changes of it the snapshot has seen. Of a user whom the
 * edge does not keep, `profile` names what is known all the same.
 */
export const cursor = z.strictObject({ profile: z.string().max(LIMITS.name), seq: z.int() });
export type Cursor = z.infer<typeof cursor>;

/** `POST /v1/sync`, for browsers: what is pending, and what the browser already has. */
export const syncRequest = z.strictObject({
  anonymousId: identifier,
  userId: identifier.nullish(),
  ops: operations,
  /**
   * The ids of this user's operations that wait in the browser and are not in `ops`. The answer names those that the
   * edge has (an acknowledgement was lost): its snapshot holds them, so the browser must not apply them again.
   */
  waiting: z.array(operationId).max(LIMITS.waiting).optional(),
  /**
   * The device's clock at sending, where it was never compared with the edge's: `ts` of each operation is shifted by
   * the difference between the two.
   */
  clock: timestamp.optional(),
  /** The version of the ruleset that the browser holds. */
  ruleset: z.string().max(LIMITS.name).nullish(),
  cursor: cursor.nullish(),
  /**
   * Segments whose local answer was not the edge's although both had seen the same. The edge counts them each time: of
   * a request that is sent again because its answer was lost, twice.
   */
  mismatches: z.array(z.string().max(LIMITS.name)).max(LIMITS.mismatches).optional(),
});
export type SyncRequest = {
  anonymousId: string;
  userId?: string | null;
  ops: OperationInput[];
  waiting?: string[];
  clock?: number;
  ruleset?: string | null;
  cursor?: Cursor | null;
  mismatches?: string[];
};

/** A trait as it stands, with the write that made it so. A removed one has the value null. */
export const traitEntry = z.object({ value: z.unknown(), ts: timestamp, id: operationId });

/** A saved state (`@muster/rules/state`): made by the edge, loaded by SDKs; opaque on the wire. */
export const savedState = z.custom<SavedState>((value) => typeof value === "object" && value !== null);

/** What the edge knows of the user and the browser's decisions need: the past as a state, and the traits that are read. */
export const snapshot = z.object({ cursor, state: savedState, traits: z.record(z.string(), traitEntry) });
export type Snapshot = z.infer<typeof snapshot>;

/** The definitions, the user and the edge's answers at one instant: all that decisions are made of. */
const view = {
  /** The edge's clock. */
  now: timestamp,
  /**
   * The authoritative memberships of this user, of every segment that the browser's program has: those of people, and
   * those that decisions became, whose keys begin with `$`.
   */
  memberships: z.record(z.string(), membership),
};

export const syncResponse = z.object({
  ...view,
  acks: z.array(acknowledgement),
  /** Those of `waiting` that the edge has. */
  known: z.array(z.string()),
  /** Null when the browser's version is the current one. */
  ruleset: shippedRuleset.nullable(),
  /** Null when the browser's cursor and ruleset are the current ones. */
  snapshot: snapshot.nullable(),
});
export type SyncResponse = z.infer<typeof syncResponse>;

/** `POST /v1/bootstrap`, for servers: what a page needs in its HTML to decide before any request. */
export const bootstrapRequest = z
  .strictObject({ userId: identifier.optional(), anonymousId: identifier.optional() })
  .refine((body) => body.userId !== undefined || body.anonymousId !== undefined, {
    message: "a userId or an anonymousId is needed",
  });
export type BootstrapRequest = z.infer<typeof bootstrapRequest>;
export const bootstrapResponse = z.object({
  ...view,
  userId: z.string().nullable(),
  anonymousId: z.string().nullable(),
  ruleset: shippedRuleset,
  snapshot,
});
export type Bootstrap = z.infer<typeof bootstrapResponse>;
