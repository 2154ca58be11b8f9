import { decodeText } from "../db/text.ts";
import { buildDefinitions, type Definitions } from "../definitions/definitions.ts";
import { type DefinitionRows, selectDefinitions } from "../definitions/rows.ts";
import type { Edge } from "../edge.ts";
import { type Bearer, type KeyRow, selectKey } from "../keys/bearer.ts";
import { Profile, type StoredEvent } from "./profile.ts";
import { type Identity, type Scope, scopeOfIdentities } from "./scope.ts";
import { type EventRow, type ProfileRow, type StateRows, selectState } from "./state-rows.ts";

/** What one read batch brings of the users in a scope. */
export interface State {
  definitions: Definitions;
  /** The key that was asked for, where there is such a one. */
  key: KeyRow | undefined;
  profiles: Profile[];
  /** Which profile has which identity, by `nameOf`. */
  identities: Map<string, Profile>;
  /** The static lists on which an id stands, whether a profile has it or not. */
  lists: Map<string, Set<string>>;
}

export interface StateRequest {
  scope: Scope;
  bearer?: Bearer;
  /** Ids of operations that may be known already, each with an identity under which it may be. */
  operations?: readonly (readonly [identity: Identity, id: string])[];
}

/** An identity as a Map's key. */
export function nameOf([kind, value]: Identity): string {
  return `${kind}:${value}`;
}

/**
 * Reads everything that a request needs to know in one batch. Where this edge has linked other definitions than the
 * database by now it takes a second one, which brings them, and the users' events by whatever name.
 */
export async function readState({ db, cache }: Edge, request: StateRequest): Promise<State> {
  const known = cache.latest;
  if (known !== null) {
    const { version, key, rows } = await readBatch(db, request, known.eventNames, []);
    if (version === known.version) return assemble(known, key, rows);
  }
  const { key, rows, definitions } = await readBatch(db, request, null, selectDefinitions(db));
  const latest = await buildDefinitions(definitions);
  cache.latest = latest;
  return assemble(latest, key, rows);
}

/** The definitions alone, as they are now. */
export async function currentDefinitions(edge: Edge): Promise<Definitions> {
  return (await readState(edge, { scope: scopeOfIdentities([]) })).definitions;
}

async function readBatch(
  db: D1Database,
  { scope, bearer, operations = [] }: StateRequest,
  eventNames: string | null,
  definitions: readonly D1PreparedStatement[],
) {
  // Rows are what the statements select: `never` lets each be taken as its own type.
  const [version, key, profiles, identities, events, known, memberships, lists, workspace, segments] =
    await db.batch<never>([
      db.prepare("select version from workspace where id = 1"),
      bearer === undefined ? db.prepare("select 1 where false") : selectKey(db, bearer),
      ...selectState(db, scope, operations, eventNames),
      ...definitions,
    ]);
  const versions: { version: number }[] = version?.results ?? [];
  const keys: KeyRow[] = key?.results ?? [];
  const rows: StateRows = {
    profiles: profiles?.results ?? [],
    identities: identities?.results ?? [],
    events: events?.results ?? [],
    known: known?.results ?? [],
    memberships: memberships?.results ?? [],
    lists: lists?.results ?? [],
  };
  const definitionRows: DefinitionRows = {
    workspace: workspace?.results ?? [],
    segments: segments?.results ?? [],
  };
  return { version: versions[0]?.version, key: keys[0], rows, definitions: definitionRows };
}

function assemble(definitions: Definitions, key: KeyRow | undefined, rows: StateRows): State {
  const profiles = new Map(rows.profiles.map((row) => [row.id, profileOf(row)]));
  const identities = new Map<string, Profile>();
  const lists = new Map<string, Set<string>>();
  for (const { member, segment } of rows.lists) {
    const id = decodeText(member);
    lists.set(id, (lists.get(id) ?? new Set()).add(segment));
  }
  for (const { kind, value, profile } of rows.identities) {
    const found = profiles.get(profile);
    if (found !== undefined) identities.set(nameOf([kind, decodeText(value)]), found);
  }
  for (const row of rows.events) profiles.get(row.profile)?.events.push(eventOf(row));
  for (const { profile, id } of rows.known) profiles.get(profile)?.known.add(id);
  for (const row of rows.memberships) profiles.get(row.profile)?.members.set(row.segment, row.since);
  for (const profile of profiles.values()) profile.events.sort((a, b) => a.seq - b.seq);
  return { definitions, key, profiles: [...profiles.values()], identities, lists };
}

function profileOf(row: ProfileRow): Profile {
  const data = {
    id: row.id,
    userId: row.user_id === null ? null : decodeText(row.user_id),
    anonymousId: row.anonymous_id === null ? null : decodeText(row.anonymous_id),
    traits: JSON.parse(row.traits),
    traitsSize: row.traits.length,
    seq: row.seq,
    epoch: row.epoch,
    dueAt: row.due_at,
    definitions: row.definitions,
    createdAt: row.created_at,
  };
  return new Profile(data, row.seq);
}

function eventOf(row: EventRow): StoredEvent {
  return {
    id: row.id,
    name: decodeText(row.name),
    ts: row.ts,
    props: JSON.parse(row.props),
    seq: row.seq,
    receivedAt: row.received_at,
  };
}
