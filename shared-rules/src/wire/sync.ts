import { z } from "zod";
import { LIMITS } from "../limits.ts";
import type { Program } from "../program.ts";
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

/** How far a browser has its user's history. Another `profile` or `epoch` than the edge's makes it start anew. */
export const cursor = z.strictObject({ profile: z.string().max(LIMITS.name), epoch: z.int(), seq: z.int() });
export type Cursor = z.infer<typeof cursor>;

/** `POST /v1/sync`, for browsers: what is pending, and what the browser already has. */
export const syncRequest = z.strictObject({
  anonymousId: identifier,
  userId: identifier.nullish(),
  ops: operations,
  /** The version of the ruleset that the browser holds. */
  ruleset: z.string().max(LIMITS.name).nullish(),
  cursor: cursor.nullish(),
});
export type SyncRequest = {
  anonymousId: string;
  userId?: string | null;
  ops: OperationInput[];
  ruleset?: string | null;
  cursor?: Cursor | null;
};

/** A trait as it stands, with the write that made it so. A removed one has the value null. */
export const traitEntry = z.object({ value: z.unknown(), ts: timestamp, id: operationId });

const event = z.object({
  id: z.string(),
  name: z.string(),
  ts: timestamp,
  props: z.record(z.string(), z.unknown()),
});

/**
 * What the edge knows of the user and the browser's decisions need: events newer than the cursor (all of
 * them when `reset`), of the names and with the properties that the browser's rules read, and the traits.
 */
export const snapshot = z.object({
  cursor,
  reset: z.boolean(),
  /** More events wait than fit in one answer: sync again. */
  more: z.boolean(),
  events: z.array(event),
  traits: z.record(z.string(), traitEntry),
});
export type Snapshot = z.infer<typeof snapshot>;

export const syncResponse = z.object({
  /** The edge's clock. */
  now: timestamp,
  acks: z.array(acknowledgement),
  /** Null when the browser's version is the current one. */
  ruleset: z.object({ version: z.string(), program }).nullable(),
  snapshot,
  /** The authoritative memberships of this user, of every segment that browsers may ask for. */
  memberships: z.record(z.string(), membership),
});
export type SyncResponse = z.infer<typeof syncResponse>;
