import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { identitySettings } from "./identity.ts";
import { identifier, timestamp } from "./operation.ts";
import { values } from "./values.ts";

/** A segment's key: what code asks for. Never changes. */
export const segmentKey = z
  .string()
  .max(LIMITS.name)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, "a key is made of a-z, 0-9, '.', '_' and '-'");

export const segmentType = z.enum(["dynamic", "static", "everyone"]);
export const segmentStatus = z.enum(["draft", "active", "paused", "archived"]);

const text = z.string().max(2_000);
/** Checked by the rule parser, which names the path of what is wrong. */
const rule = z.unknown();

/** `POST /v1/segments`. A dynamic segment needs a `rule`, a static one may begin with `members`. */
export const createSegmentRequest = z.strictObject({
  key: segmentKey,
  name: z.string().min(1).max(LIMITS.name),
  description: text.default(""),
  type: segmentType.default("dynamic"),
  status: z.enum(["draft", "active"]).default("draft"),
  rule: rule.optional(),
  members: z.array(identifier).max(LIMITS.members).optional(),
  /** A private segment's rule never reaches a browser; only the user's own answer does. */
  private: z.boolean().default(false),
});
export type CreateSegmentRequest = z.input<typeof createSegmentRequest>;

/** `PATCH /v1/segments/{key}`. Status goes draft → active ⇄ paused → archived; any of them may be archived. */
export const updateSegmentRequest = z.strictObject({
  name: z.string().min(1).max(LIMITS.name).optional(),
  description: text.optional(),
  status: segmentStatus.optional(),
  rule: rule.optional(),
  private: z.boolean().optional(),
});
export type UpdateSegmentRequest = z.input<typeof updateSegmentRequest>;

export const segment = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  type: segmentType,
  status: segmentStatus,
  rule: z.unknown(),
  private: z.boolean(),
  /** Counts the saved versions of the definition, from 1. */
  version: z.int(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Segment = z.infer<typeof segment>;

/** `GET /v1/segments?search=&status=&type=&limit=&cursor=`; archived ones only when asked for by status. */
export const segmentList = z.object({ segments: z.array(segment), next: z.string().nullable() });
export type SegmentList = z.infer<typeof segmentList>;

/** `POST /v1/segments/{key}/members`, static segments only. */
export const changeMembersRequest = z.strictObject({
  add: z.array(identifier).max(LIMITS.members).default([]),
  remove: z.array(identifier).max(LIMITS.members).default([]),
});
export type ChangeMembersRequest = z.input<typeof changeMembersRequest>;

/** `GET /v1/segments/{key}/members?limit=&cursor=`: a user's id, or the anonymous id where there is none. */
export const memberList = z.object({
  now: timestamp,
  members: z.array(
    z.object({
      userId: z.string().nullable(),
      anonymousId: z.string().nullable(),
      since: timestamp.nullable(),
    }),
  ),
  next: z.string().nullable(),
});
export type MemberList = z.infer<typeof memberList>;

/** `GET` and `PATCH /v1/workspace`. */
export const workspace = z.object({
  /** IANA time zone in which days, weeks and months are meant. */
  zone: z.string(),
  /** Traits whose values never stand in a rule that a browser gets. */
  personalTraits: z.array(z.string()),
  /** Computed traits: name → operand or formula text. */
  computed: values,
  identity: identitySettings,
});
export type Workspace = z.infer<typeof workspace>;
export const updateWorkspaceRequest = workspace.partial().strict();
export type UpdateWorkspaceRequest = z.input<typeof updateWorkspaceRequest>;

export const keyKind = z.enum(["publishable", "secret", "admin"]);
export type KeyKind = z.infer<typeof keyKind>;
export const createKeyRequest = z.strictObject({ kind: keyKind, name: z.string().min(1).max(LIMITS.name) });
export type CreateKeyRequest = z.input<typeof createKeyRequest>;
export const key = z.object({
  id: z.string(),
  kind: keyKind,
  name: z.string(),
  createdAt: timestamp,
  revokedAt: timestamp.nullable(),
});
export type Key = z.infer<typeof key>;
/** The key itself is shown once, when it is made; the edge keeps only its hash. */
export const createdKey = key.extend({ key: z.string() });
export type CreatedKey = z.infer<typeof createdKey>;
export const keyList = z.object({ keys: z.array(key) });

/** `POST /v1/erase`, for servers: everything that is kept of a user. */
export const eraseRequest = z
  .strictObject({ userId: identifier.optional(), anonymousId: identifier.optional() })
  .refine((body) => body.userId !== undefined || body.anonymousId !== undefined, {
    message: "a userId or an anonymousId is needed",
  });
export type EraseRequest = z.infer<typeof eraseRequest>;
/** Whether there was anything. */
export const eraseResponse = z.object({ erased: z.boolean() });
export type EraseResponse = z.infer<typeof eraseResponse>;

/**
 * `GET /v1/refresh`, and `POST /v1/refresh`, which first does what the cron does: profiles whose stored memberships
 * follow older definitions (`outdated`, of `profiles`), or can have changed by time (`due`).
 */
export const refreshProgress = z.object({
  now: timestamp,
  /** The workspace version that memberships come to follow. */
  version: z.int(),
  profiles: z.int(),
  outdated: z.int(),
  due: z.int(),
});
export type RefreshProgress = z.infer<typeof refreshProgress>;

/** `GET /v1/mismatches`: how often browsers and the edge disagreed at the same sequence number, by segment; should be empty. */
export const mismatchList = z.object({
  mismatches: z.array(z.object({ segment: z.string(), count: z.int(), lastAt: timestamp })),
});
export type MismatchList = z.infer<typeof mismatchList>;
