import { type SavedState, UserState } from "@muster/rules/state";
import type { KeyKind } from "@muster/rules/wire";
import { busy } from "../db/conflict.ts";
import { decodeText } from "../db/text.ts";
import { loadDefinitions } from "../definitions/current.ts";
import type { Definitions } from "../definitions/definitions.ts";
import type { Edge } from "../edge.ts";
import { identityRuleOf } from "../identity/identity-rule.ts";
import { EVERYONE, type Reach, reachOf } from "../identity/reach.ts";
import { admit, type Bearer, type KeyRow } from "../keys/bearer.ts";
import { type EventRow, eventOf, PAGE } from "./event-rows.ts";
import { History, NOT_KEPT } from "./history.ts";
import { Profile } from "./profile.ts";
import { readLogs } from "./read-log.ts";
import { nameOf, type Scope } from "./scope.ts";
import {
  type HeadRow,
  type ProfileRow,
  type StateQuestion,
  type StateRows,
  selectState,
} from "./state-rows.ts";

/** What one read batch brings of the users in a scope. */
export interface State {
  definitions: Definitions;
  profiles: Profile[];
  /** At most so many events were read. */
  work: number;
  /** Which identified users the request may know and write. */
  reaches: Reach;
  /** Which profile has which identity, by `nameOf`. */
  identities: Map<string, Profile>;
  /** Whether the logs of two profiles that may be united share an event's id. */
  overlap(one: number, other: number): boolean;
  /** The static lists on which an id stands, whether a profile has it or not. */
  lists: Map<string, Set<string>>;
  /** The kind of the request's key; null where none was asked for. */
  kind: KeyKind | null;
  /** By their ids, the variations of the exposures that the device has had, as far as they are asked for. */
  exposures: ReadonlyMap<string, string>;
}

export interface StateRequest extends Partial<Omit<StateQuestion, "keyHash">> {
  scope: StateQuestion["scope"];
  /** By what the request is let in; left out, it is the edge's own. */
  guard?: Guard;
}

export interface Guard {
  /** The key that the request brought. */
  bearer: Bearer;
  /** The kinds that are admitted. */
  kinds: readonly KeyKind[];
  /** What `readIdentityToken` gives. A publishable key may need it to name a user. */
  identityToken?: string | null | undefined;
}

/** How often definitions may change while they are read. */
const ATTEMPTS = 8;

/**
 * Reads everything that a request needs to know in one batch. It takes further ones where this edge has linked
 * other definitions than the database has by now, and where states must be made of more events than fit into
 * a page.
 * @throws Problem where the key may not do this, or the users in the scope are not shown to be the request's
 * @throws what `isConflict` knows, when someone writes to these users meanwhile
 */
export async function readState(edge: Edge, request: StateRequest): Promise<State> {
  const { cache } = edge;
  const { scope, guard } = request;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const definitions = cache.latest ?? (await loadDefinitions(edge));
    const rows = await readBatch(edge.db, request, definitions);
    const [head] = rows.head;
    const { kind, reaches } = await letIn(edge, guard, head, scope);
    if (head?.version === definitions.version) {
      return { ...(await assemble(edge, definitions, scope, rows)), kind, reaches };
    }
    cache.latest = null;
  }
  throw busy();
}

async function readBatch(
  db: D1Database,
  request: StateRequest,
  definitions: Definitions,
): Promise<StateRows> {
  const { scope, asked = [], unions = [], device = null, guard } = request;
  const question = { scope, asked, unions, device, keyHash: guard?.bearer.hash ?? null };
  const statements = selectState(db, question, definitions);
  // Rows are what the statements select: `never` lets each be taken as its own type.
  const results = await db.batch<never>(statements.map(([, statement]) => statement));
  const rows = { head: [], profiles: [], events: [], known: [], overlaps: [], lists: [], exposures: [] };
  return Object.assign(
    rows,
    Object.fromEntries(statements.map(([name], index) => [name, results[index]?.results])),
  );
}

/** The key's kind, null for the edge itself, and whom it reaches. */
async function letIn(
  { runtime }: Edge,
  guard: Guard | undefined,
  head: HeadRow | undefined,
  { identities }: Scope,
): Promise<Pick<State, "kind" | "reaches">> {
  if (guard === undefined) return { kind: null, reaches: EVERYONE };
  const kind = admit(guard.bearer, keyOf(head), guard.kinds);
  const users = identities.flatMap(([kind, value]) => (kind === "user" ? [value] : []));
  const rule = head === undefined ? null : identityRuleOf(head);
  return { kind, reaches: await reachOf(rule, guard.identityToken ?? null, users, runtime.now()) };
}

function keyOf(head: HeadRow | undefined): KeyRow | undefined {
  const { kind = null, revoked_at = null } = head ?? {};
  return kind === null ? undefined : { kind, revoked_at };
}

async function assemble(
  edge: Edge,
  definitions: Definitions,
  scope: Scope,
  rows: StateRows,
): Promise<Omit<State, "kind" | "reaches">> {
  const rebuilt = await rebuildStates(edge, definitions, rows);
  const profiles = new Map<number, Profile>();
  const identities = new Map<string, Profile>();
  for (const row of rows.profiles) {
    const profile = profileOf(row, new History(definitions, rebuilt.get(row.id) ?? savedOf(row)));
    profiles.set(row.id, profile);
    const places: number[] = JSON.parse(row.places);
    for (const place of places) {
      const identity = scope.identities[place];
      if (identity !== undefined) identities.set(nameOf(identity), profile);
    }
  }
  const lists = new Map<string, Set<string>>();
  for (const { member, segment } of rows.lists) {
    const id = decodeText(member);
    lists.set(id, (lists.get(id) ?? new Set()).add(segment));
  }
  for (const { profile, id } of rows.known) profiles.get(profile)?.known.add(id);
  const pairOf = (one: number, other: number) => `${Math.min(one, other)} ${Math.max(one, other)}`;
  const overlaps = new Set(rows.overlaps.map(({ one, other }) => pairOf(one, other)));
  const overlap = (one: number, other: number) => overlaps.has(pairOf(one, other));
  const work = rows.profiles.reduce((most, row) => Math.max(most, row.work), 0);
  const exposures = new Map(rows.exposures.map(({ id, variation }) => [id, variation]));
  return { definitions, profiles: [...profiles.values()], work, identities, overlap, lists, exposures };
}

/** The states that are not kept, or whose layout is not the definitions': what the two share is kept, the log gives the rest. */
async function rebuildStates(
  { db, runtime }: Edge,
  { plans, layout, eventNames }: Definitions,
  rows: StateRows,
): Promise<Map<number, UserState>> {
  const others = rows.profiles.filter((row) => row.layout !== layout || row.state === NOT_KEPT);
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

/** The state that is kept of a profile; undefined where none is. */
function savedOf(row: ProfileRow): SavedState | undefined {
  return row.layout === "" || row.state === NOT_KEPT ? undefined : JSON.parse(row.state);
}

/** Since when a stored membership holds matters only to a union; without one, it stands as 0. */
function membersOf(stored: readonly string[] | { readonly [segment: string]: number }): Map<string, number> {
  return new Map(Array.isArray(stored) ? stored.map((segment) => [segment, 0]) : Object.entries(stored));
}

function profileOf(row: ProfileRow, history: History): Profile {
  const data = {
    id: row.id,
    userId: row.user_id === null ? null : decodeText(row.user_id),
    anonymousId: row.anonymous_id === null ? null : decodeText(row.anonymous_id),
    traits: JSON.parse(row.traits),
    traitsSize: row.traits.length,
    history,
    members: membersOf(JSON.parse(row.members)),
    seq: row.seq,
    dueAt: row.due_at,
    definitions: row.definitions,
    createdAt: row.created_at,
  };
  return new Profile(data, row);
}
