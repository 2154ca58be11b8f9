import type { Rule, TraitState } from "@muster/rules";
import type { SavedState } from "@muster/rules/state";
import type { Database, Row } from "./database.ts";

/** An event as the edge's log has it. */
interface LoggedEvent {
  id: string;
  name: string;
  ts: number;
  props: { readonly [name: string]: unknown };
}

/** What the edge's tables say of one profile. */
export interface ProfileTruth {
  id: number;
  userId: string | null;
  anonymousIds: Set<string>;
  traits: TraitState;
  events: Map<string, LoggedEvent>;
  writes: Set<string>;
  members: Set<string>;
  /** The past as the edge keeps it, and what names its series. */
  state: SavedState;
  layout: string;
  log: { segment: string; change: "entered" | "left"; cause: string; at: number }[];
}

/** What the edge's tables say. */
export interface Truth {
  profiles: Map<number, ProfileTruth>;
  /** By `user:…` and `anonymous:…`. */
  identities: Map<string, ProfileTruth>;
  /** The rules in force. */
  segments: Map<string, Rule>;
  /** Tables that hold rows of profiles which do not exist. */
  orphans: string[];
}

/** Whom an operation belongs to, by the identities that the edge knows; undefined where it knows none of them. */
export function ownerIn(
  { identities }: Truth,
  { userId, anonymousId }: { userId?: string | null | undefined; anonymousId?: string | null | undefined },
): ProfileTruth | undefined {
  if (userId !== undefined && userId !== null) return identities.get(`user:${userId}`);
  return identities.get(`anonymous:${anonymousId}`);
}

const OWNED = ["events", "writes", "memberships", "membership_log", "identities"];

/** Reads the tables themselves, past the edge's own code. */
export function readTruth(database: Database): Truth {
  const all = (sql: string): Row[] => database.select(sql);
  const profiles = new Map<number, ProfileTruth>();
  for (const { id, user_id, traits, state, layout } of all("select * from profiles order by id")) {
    profiles.set(Number(id), {
      id: Number(id),
      userId: user_id === null ? null : String(user_id),
      anonymousIds: new Set(),
      traits: JSON.parse(String(traits)),
      events: new Map(),
      writes: new Set(),
      members: new Set(),
      state: JSON.parse(String(state)),
      layout: String(layout),
      log: [],
    });
  }
  const identities = new Map<string, ProfileTruth>();
  for (const { kind, value, profile } of all("select kind, value, profile from identities")) {
    const owner = profiles.get(Number(profile));
    if (owner === undefined) continue;
    identities.set(`${kind}:${value}`, owner);
    if (kind === "anonymous") owner.anonymousIds.add(String(value));
  }
  for (const { profile, id, name, ts, props } of all("select profile, id, name, ts, props from events")) {
    const event = { id: String(id), name: String(name), ts: Number(ts), props: JSON.parse(String(props)) };
    profiles.get(Number(profile))?.events.set(event.id, event);
  }
  for (const { profile, id } of all("select profile, id from writes")) {
    profiles.get(Number(profile))?.writes.add(String(id));
  }
  for (const { profile, segment } of all("select profile, segment from memberships")) {
    profiles.get(Number(profile))?.members.add(String(segment));
  }
  for (const { profile, segment, change, cause, at } of all("select * from membership_log order by id")) {
    const entry = { segment: String(segment), cause: String(cause), at: Number(at) };
    profiles.get(Number(profile))?.log.push({ ...entry, change: change === "entered" ? "entered" : "left" });
  }
  const segments = new Map<string, Rule>();
  for (const { key, rule } of all("select key, rule from segments where status = 'active' order by key")) {
    segments.set(String(key), JSON.parse(String(rule)));
  }
  const orphans = OWNED.filter(
    (table) =>
      all(`select 1 from ${table} where profile not in (select id from profiles) limit 1`).length > 0,
  );
  return { profiles, identities, segments, orphans };
}
