import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { values } from "./values.ts";

/** Ids of events and trait writes: 1–128 visible ASCII characters (RULES.md §1). */
export const operationId = z
  .string()
  .regex(/^[\x21-\x7e]+$/, "an id is made of visible ASCII characters")
  .max(LIMITS.id);

/** A user id or an anonymous id. */
export const identifier = z.string().min(1).max(LIMITS.name);

const FIRST_MS = -62_135_596_800_000; // 0001-01-01T00:00:00Z
const LAST_MS = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z

/** Whole milliseconds since the epoch, in the years 0001 to 9999. */
export const timestamp = z.int().min(FIRST_MS).max(LAST_MS);

const names = z.string().max(LIMITS.name);

/** Who an operation is about; at least one of the two. With both, `userId` owns it and `anonymousId` is the device. */
const owner = { anonymousId: identifier.optional(), userId: identifier.optional() };
const common = { id: operationId, ts: timestamp, ...owner };

/** The user did something. */
export const trackOperation = z.strictObject({
  ...common,
  type: z.literal("track"),
  name: names.refine((name) => name !== "*", "`*` stands for any name and cannot be one"),
  props: values.default({}),
});

/** The anonymous user turned out to be `userId`: from here on the two are one profile. May set traits. */
export const identifyOperation = z.strictObject({
  ...common,
  type: z.literal("identify"),
  anonymousId: identifier.optional(),
  userId: identifier,
  set: values.default({}),
});

/** Traits are written; `null` removes one. */
export const setOperation = z.strictObject({ ...common, type: z.literal("set"), set: values });

/** One thing that a client reports. Ids are unique per profile: a repeated one has no second effect. */
export const operation = z
  .discriminatedUnion("type", [trackOperation, identifyOperation, setOperation])
  .refine((op) => op.anonymousId !== undefined || op.userId !== undefined, {
    message: "an operation needs a userId or an anonymousId",
  });

export type Operation = z.infer<typeof operation>;
export type OperationInput = z.input<typeof operation>;

/** An operation that is still to be judged: a bad one harms no other. */
export const unjudgedOperation = z.unknown();
export const operations = z.array(unjudgedOperation).max(LIMITS.operations);

/** What became of one operation. `stored` and `duplicate` are final: the client forgets it. */
export const acknowledgement = z.discriminatedUnion("status", [
  z.object({ index: z.int(), id: z.string(), status: z.enum(["stored", "duplicate"]) }),
  z.object({
    index: z.int(),
    id: z.string().nullable(),
    status: z.literal("refused"),
    problem: z.object({ code: z.string(), path: z.string(), detail: z.string() }),
  }),
]);
export type Acknowledgement = z.infer<typeof acknowledgement>;

/** `POST /v1/batch`, for servers: operations of any number of users. Each is judged by itself. */
export const batchRequest = z.strictObject({ ops: operations });
export type BatchRequest = { ops: OperationInput[] };
export const batchResponse = z.object({ now: timestamp, acks: z.array(acknowledgement) });
export type BatchResponse = z.infer<typeof batchResponse>;
