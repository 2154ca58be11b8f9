import type { Rule } from "@muster/rules";
import type { Caps } from "@muster/rules/decisions";
import type { IdentityAlgorithm } from "@muster/rules/wire";
import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The one row of settings. Every change of a definition moves `version` forward (ms of the change, or one more), and
 * `membershipVersion` to the same where memberships can change by it.
 */
export const workspace = sqliteTable("workspace", {
  id: integer().primaryKey(),
  zone: text().notNull().default("UTC"),
  personalTraits: text("personal_traits", { mode: "json" }).$type<string[]>().notNull(),
  computed: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
  version: integer().notNull().default(1),
  membershipVersion: integer("membership_version").notNull().default(1),
  /** How often anyone sees any campaign. */
  caps: text({ mode: "json" }).$type<Caps>(),
  identityRequired: integer("identity_required", { mode: "boolean" }).notNull().default(false),
  identityAudience: text("identity_audience"),
});

export const segments = sqliteTable("segments", {
  key: text().primaryKey(),
  name: text().notNull(),
  description: text().notNull(),
  type: text({ enum: ["dynamic", "static", "everyone"] }).notNull(),
  status: text({ enum: ["draft", "active", "paused", "archived"] }).notNull(),
  /** Checked before it was saved. */
  rule: text({ mode: "json" }).$type<Rule>(),
  private: integer({ mode: "boolean" }).notNull(),
  version: integer().notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

/** Each saved version of a segment, as it was answered then. */
export const segmentVersions = sqliteTable(
  "segment_versions",
  {
    segment: text().notNull(),
    version: integer().notNull(),
    definition: text({ mode: "json" }).$type<unknown>().notNull(),
    savedAt: integer("saved_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.segment, table.version] })],
);

/** Static lists: ids of users, or anonymous ids of those who have none. */
export const segmentMembers = sqliteTable(
  "segment_members",
  {
    segment: text().notNull(),
    member: text().notNull(),
    since: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.segment, table.member] }),
    index("segment_members_member").on(table.member),
  ],
);

/** Definitions of decisions. An archived one stays: what it was named by keeps its key. */
export const decisions = sqliteTable(
  "decisions",
  {
    kind: text({ enum: ["flag", "experiment", "campaign", "group", "holdout"] }).notNull(),
    key: text().notNull(),
    /** What a person wrote. */
    definition: text({ mode: "json" }).$type<unknown>().notNull(),
    /** What it came to, with salts and places: its part of what `parseDecisions` gave. */
    document: text({ mode: "json" }).$type<unknown>().notNull(),
    /** Decided at the edge and by servers only. */
    private: integer({ mode: "boolean" }).notNull(),
    version: integer().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    archivedAt: integer("archived_at"),
  },
  (table) => [primaryKey({ columns: [table.kind, table.key] })],
);

/** Each saved version of a definition. */
export const decisionVersions = sqliteTable(
  "decision_versions",
  {
    kind: text().notNull(),
    key: text().notNull(),
    version: integer().notNull(),
    definition: text({ mode: "json" }).$type<unknown>().notNull(),
    document: text({ mode: "json" }).$type<unknown>().notNull(),
    savedAt: integer("saved_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.key, table.version] })],
);

/**
 * `seq` grows with every write to a profile; `definitions` is the membership version that its memberships follow; `state` is its
 * past, reduced to what definitions of `layout` ask for.
 */
export const profiles = sqliteTable(
  "profiles",
  {
    id: integer().primaryKey(),
    userId: text("user_id"),
    anonymousId: text("anonymous_id"),
    traits: text({ mode: "json" }).notNull(),
    state: text().notNull().default("{}"),
    layout: text().notNull().default(""),
    seq: integer().notNull(),
    dueAt: integer("due_at"),
    definitions: integer().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    index("profiles_due").on(table.dueAt).where(sql`due_at is not null`),
    index("profiles_definitions").on(table.definitions),
    index("profiles_layout").on(table.layout),
  ],
);

export const identities = sqliteTable(
  "identities",
  {
    kind: text({ enum: ["user", "anonymous"] }).notNull(),
    value: text().notNull(),
    profile: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.value] }),
    index("identities_profile").on(table.profile),
  ],
);

export const events = sqliteTable(
  "events",
  {
    profile: integer().notNull(),
    id: text().notNull(),
    seq: integer().notNull(),
    name: text().notNull(),
    ts: integer().notNull(),
    props: text().notNull(),
    receivedAt: integer("received_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.profile, table.id] }),
    // Who was exposed to an experiment; other events pay nothing for it.
    index("events_exposures").on(sql`props ->> 'experiment'`, table.profile).where(sql`name = '$exposure'`),
    // A device's exposure is looked for by its id alone, whoever was at the device.
    index("events_exposure_ids").on(table.id).where(sql`name = '$exposure'`),
  ],
);

/** Ids of the trait writes and identifications that a profile has seen. */
export const writes = sqliteTable(
  "writes",
  {
    profile: integer().notNull(),
    id: text().notNull(),
    receivedAt: integer("received_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.profile, table.id] })],
);

export const memberships = sqliteTable(
  "memberships",
  {
    profile: integer().notNull(),
    segment: text().notNull(),
    since: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.profile, table.segment] }),
    index("memberships_segment").on(table.segment, table.profile),
  ],
);

/** Every entry and exit: what made it happen, and when: to the ms where time did, else when the edge learned of it. */
export const membershipLog = sqliteTable(
  "membership_log",
  {
    id: integer().primaryKey(),
    profile: integer().notNull(),
    segment: text().notNull(),
    change: text({ enum: ["entered", "left"] }).notNull(),
    cause: text({ enum: ["event", "time", "definition", "identify"] }).notNull(),
    at: integer().notNull(),
  },
  (table) => [
    index("membership_log_profile").on(table.profile),
    index("membership_log_segment").on(table.segment, table.at),
  ],
);

/** How often a browser's answer for a segment was not the edge's although both had seen the same. */
export const mismatches = sqliteTable("mismatches", {
  segment: text().primaryKey(),
  count: integer().notNull(),
  lastAt: integer("last_at").notNull(),
});

/** Keys are kept as SHA-256 in hexadecimal: each holds 256 random bits, so no slower hash is needed. */
export const keys = sqliteTable("keys", {
  id: text().primaryKey(),
  hash: text().notNull().unique(),
  kind: text({ enum: ["publishable", "secret", "admin"] }).notNull(),
  name: text().notNull(),
  createdAt: integer("created_at").notNull(),
  revokedAt: integer("revoked_at"),
});

/**
 * What users' tokens are signed with. A secret must be kept as it is, since a signature is checked by making it again;
 * of a revoked one nothing is kept.
 */
export const identityKeys = sqliteTable("identity_keys", {
  kid: text().primaryKey(),
  alg: text().$type<IdentityAlgorithm>().notNull(),
  jwk: text({ mode: "json" }).$type<Record<string, string>>().notNull(),
  createdAt: integer("created_at").notNull(),
  revokedAt: integer("revoked_at"),
});

/** Takes no row: what is selected into it for a reason to give up rolls the whole batch back. */
export const conflicts = sqliteTable("conflicts", { reason: text().notNull() }, () => [
  check("conflict", sql`false`),
]);
