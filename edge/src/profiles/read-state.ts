import { type SavedState, UserState } from "@muster/rules/state";
import type { KeyKind } from "@muster/rules/wire";
import { busy } from "../db/conflict.ts";
import { decodeText } from "../db/text.ts";
import { loadDefinitions } from "../definitions/current.ts";
import type { Definitions } from "../definitions/definitions.ts";
import type { Edge } from "../edge.ts";
import { admit, type Bearer, type KeyRow, selectKey } from "../keys/bearer.ts";
import { type EventRow, eventOf, PAGE } from "./event-rows.ts";
import { History } from "./history.ts";
import { Profile } from "./profile.ts";
import { readLogs } from "./read-log.ts";
import { nameOf } from "./scope.ts";
import { type ProfileRow, type StateQuestion, type StateRows, selectState } from "./state-rows.ts";

/** What one read batch brings of the users in a scope. */
export interface State {
  definitions: Definitions;
  profiles: Profile[];
  /** At most so many events were read. */
  work: number;
  /** Which profile has which identity, by `nameOf`. */
  identities: Map<string, Profile>;
  /** Whether the logs of two profiles that may be united share an event's id. */
  overlap(one: number, other: number): boolean;
  /** The static lists on which an id stands, whether a profile has it or not. */
  lists: Map<string, Set<string>>;
}

export interface StateRequest extends Partial<StateQuestion> {
  scope: StateQuestion["scope"];
  /** The key that the request brought, and the kinds that are admitted. */
  guard?: { bearer: Bearer; kinds: readonly KeyKind[] };
}

/** How often definitions may change while they are read. */
const ATTEMPTS = 8;

/**
 * Reads everything that a request needs to know in one batch. It takes further ones where this edge has linked
 * other definitions than the database has by now, and where states must be made of more events than fit into
 * a page.
 * @throws Problem where the key may not do this
 * @throws what `isConflict` knows, when someone writes to these users meanwhile
 */
export async function readState(edge: Edge, request: StateRequest): Promise<State> {
  const { db, cache } = edge;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const definitions = cache.latest ?? (await loadDefinitions(edge));
    const { version, key, rows } = await readBatch(db, request, definitions);
    if (request.guard !== undefined) admit(request.guard.bearer, key, request.guard.kinds);
    if (version === definitions.version) return assemble(edge, definitions, rows);
    cache.latest = null;
  }
  throw busy();
}

async function readBatch(db: D1Database, request: StateRequest, definitions: Definitions) {
  const { scope, asked = [], unions = [], guard } = request;
  // Rows are what the statements select: `never` lets each be taken as its own type.
  const [version, key, profiles, identities, events, known, overlaps, memberships, lists] =
    await db.batch<never>([
      db.prepare("select version from workspace where id = 1"),
      guard === undefined ? db.prepare("select 1 where false") : selectKey(db, guard.bearer),
      ...selectState(db, { scope, asked, unions }, definitions),
    ]);
  const versions: { version: number }[] = version?.results ?? [];
  const keys: KeyRow[] = key?.results ?? [];
  const rows: StateRows = {
    profiles: profiles?.results ?? [],
    identities: identities?.results ?? [],
    events: events?.results ?? [],
    known: known?.results ?? [],
    overlaps: overlaps?.results ?? [],
    memberships: memberships?.results ?? [],
    lists: lists?.results ?? [],
  };
  return { version: versions[0]?.version, key: keys[0], rows };
}

async function assemble(edge: Edge, definitions: Definitions, rows: StateRows): Promise<State> {
  const rebuilt = await rebuildStates(edge, definitions, rows);
  const profiles = new Map(
    rows.profiles.map((row) => {
      const history = new History(definitions, rebuilt.get(row.id) ?? savedOf(row));
      return [row.id, profileOf(row, history)];
    }),
  );
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
  for (const { profile, id } of rows.known) profiles.get(profile)?.known.add(id);
  for (const row of rows.memberships) profiles.get(row.profile)?.members.set(row.segment, row.since);
  const overlaps = new Set(rows.overlaps.map(({ one, other }) => `${one} ${other}`));
  const overlap = (one: number, other: number) =>
    overlaps.has(`${Math.min(one, other)} ${Math.max(one, other)}`);
  const work = rows.profiles.reduce((most, row) => Math.max(most, row.work), 0);
  return { definitions, profiles: [...profiles.values()], work, identities, overlap, lists };
}

/** The states of profiles whose layout is not the definitions': what the two share is kept, the log gives the rest. */
async function rebuildStates(
  { db, runtime }: Edge,
  { plans, layout, eventNames }: Definitions,
  rows: StateRows,
): Promise<Map<number, UserState>> {
  const others = rows.profiles.filter((row) => row.layout !== layout);
  const rebuilds = new Map(
    others.map((row) => {
      const saved = savedOf(row);
      const missing = saved && new Set(UserState.missing(plans, saved));
      return [row.id, { row, state: new UserState(plans, saved), missing }];
    }),
  );
  const take = (events: readonly EventRow[]) => {
    for (const event of events) {
      const rebuild = rebuilds.get(event.profile);
      rebuild?.state.apply(eventOf(event), rebuild.missing);
    }
  };
  take(rows.events);
  const rest = others.filter((row) => row.work > PAGE);
  for await (const events of readLogs(db, rest, eventNames)) {
    take(events);
    // What is no longer asked for makes room; the time since a profile was due is still to be gone through.
    const now = runtime.now();
    for (const id of new Set(events.map(({ profile }) => profile))) {
      const rebuild = rebuilds.get(id);
      rebuild?.state.forget(Math.min(now, rebuild.row.due_at ?? now));
    }
  }
  return new Map(Array.from(rebuilds, ([id, { state }]) => [id, state]));
}

/** The state that is kept of a profile; undefined where none ever was. */
function savedOf(row: ProfileRow): SavedState | undefined {
  return row.layout === "" ? undefined : JSON.parse(row.state);
}

function profileOf(row: ProfileRow, history: History): Profile {
  const data = {
    id: row.id,
    userId: row.user_id === null ? null : decodeText(row.user_id),
    anonymousId: row.anonymous_id === null ? null : decodeText(row.anonymous_id),
    traits: JSON.parse(row.traits),
    traitsSize: row.traits.length,
    history,
    seq: row.seq,
    dueAt: row.due_at,
    definitions: row.definitions,
    createdAt: row.created_at,
  };
  return new Profile(data, row.seq);
}
