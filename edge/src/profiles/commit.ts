import { LIMITS } from "@muster/rules";
import { bulk } from "../db/bulk.ts";
import { encodeText } from "../db/text.ts";
import type { MembershipChange } from "../memberships/settle.ts";
import { NOT_KEPT } from "./history.ts";
import { mergeStatements, undoubleLog } from "./merge-statements.ts";
import type { Profile } from "./profile.ts";
import type { WorkingSet } from "./working-set.ts";

/** Takes a row, and so rolls everything back, for each profile that is no longer as it was read. */
const GUARD = `insert into conflicts (reason) select 'profile' from json_each(?1) j
  left join profiles p on p.id = j.value ->> 0 where p.seq is not j.value ->> 1`;

/** One that is there follows what it followed: see below. */
const PROFILES = `insert into profiles
    (id, user_id, anonymous_id, traits, state, seq, due_at, created_at, layout, definitions)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, ?2, ?3
  from json_each(?1) where true on conflict (id) do update set user_id = excluded.user_id,
    anonymous_id = excluded.anonymous_id, traits = excluded.traits, state = excluded.state, seq = excluded.seq,
    due_at = excluded.due_at`;

/** By itself, since it changes seldom and stands in indexes. */
const FOLLOWING = `update profiles set layout = ?2, definitions = ?3
  from json_each(?1) j where profiles.id = j.value ->> 0`;

/** Without `or ignore`: that another request made the same identity meanwhile is a conflict. */
const IDENTITIES = `insert into identities (kind, value, profile)
  select value ->> 0, value ->> 1, value ->> 2 from json_each(?1)`;

/** Rows `[profile, events]`. What is there already came with a merge, and came first. */
const EVENTS = `insert into events (profile, id, seq, name, ts, props, received_at)
  select j.value ->> 0, e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, ?2
  from json_each(?1) j cross join json_each(j.value, '$[1]') e where true on conflict do nothing`;

const WRITES = `insert into writes (profile, id, received_at)
  select value ->> 0, value ->> 1, ?2 from json_each(?1) where true on conflict do nothing`;

const ENTERED = `insert into memberships (profile, segment, since)
  select value ->> 0, value ->> 1, value ->> 2 from json_each(?1) where true
  on conflict (profile, segment) do update set since = excluded.since`;

const LEFT = `delete from memberships where (profile, segment) in
  (select value ->> 0, value ->> 1 from json_each(?1))`;

const LOG = `insert into membership_log (profile, segment, change, cause, at)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(?1)`;

/**
 * Writes what a working set has come to, and `more` beside it, in one batch: all of it, or nothing when anyone
 * else wrote to one of its profiles since it was read.
 * @throws what `isConflict` knows, in that case
 */
export async function commit(
  db: D1Database,
  set: WorkingSet,
  changes: readonly MembershipChange[],
  now: number,
  more: readonly D1PreparedStatement[] = [],
): Promise<void> {
  const changed = [...set.profiles].filter((profile) => profile.change !== null);
  if (changed.length + more.length === 0) return;
  const into = new Map(set.merges.map(({ from, to }) => [from, to]));
  const gone = set.merges.map(({ from }) => from).filter((profile) => profile.stored !== null);
  const { entered, left } = netChanges(changes, into);
  const { layout, membershipVersion: version } = set.definitions;
  const isBehind = ({ stored }: Profile) =>
    stored !== null && (stored.layout !== layout || stored.definitions !== version);
  await db.batch([
    ...bulk(
      db,
      GUARD,
      [...changed, ...gone].map((profile) => [profile.id, profile.stored?.seq ?? null]),
    ),
    ...bulk(
      db,
      PROFILES,
      changed.map((profile) => profileRow(profile, now)),
      layout,
      version,
    ),
    ...bulk(
      db,
      FOLLOWING,
      changed.filter(isBehind).map(({ id }) => [id]),
      layout,
      version,
    ),
    ...bulk(db, IDENTITIES, identityRows(set)),
    ...mergeStatements(db, set.merges),
    ...bulk(db, EVENTS, changed.flatMap(eventRows), now),
    ...bulk(db, WRITES, changed.flatMap(writeRows), now),
    ...bulk(db, LEFT, left),
    ...bulk(db, ENTERED, entered),
    ...bulk(
      db,
      LOG,
      [...changes].sort((a, b) => a.at - b.at).map((entry) => logRow(entry, into)),
    ),
    ...undoubleLog(db, set.merges),
    ...more,
  ]);
}

/** Where several changes follow one another, what stands at their end. */
function netChanges(changes: readonly MembershipChange[], into: ReadonlyMap<Profile, Profile>) {
  const entered = new Map<string, unknown[]>();
  const left = new Map<string, unknown[]>();
  for (const { profile, segment } of changes) {
    const target = into.get(profile) ?? profile;
    const since = target.members.get(segment);
    const name = `${target.id}:${segment}`;
    if (since === undefined) left.set(name, [target.id, segment]);
    else entered.set(name, [target.id, segment, since]);
  }
  return { entered: entered.values(), left: left.values() };
}

function profileRow(profile: Profile, now: number): unknown[] {
  const { id, userId, anonymousId, traits, history, seq, dueAt, createdAt } = profile;
  const text = (value: string | null) => (value === null ? null : encodeText(value));
  const state = history.save(now);
  // JSON as text: as a part of the row SQLite would parse it and write it anew.
  return [
    id,
    text(userId),
    text(anonymousId),
    JSON.stringify(traits),
    state.length > LIMITS.state ? NOT_KEPT : state,
    seq,
    dueAt,
    createdAt,
  ];
}

function identityRows(set: WorkingSet): unknown[][] {
  return set.newIdentities
    .filter(({ profile }) => profile.change !== null)
    .map(({ identity: [kind, value], profile }) => [kind, encodeText(value), profile.id]);
}

function eventRows({ id: profile, newEvents }: Profile): unknown[][] {
  if (newEvents.length === 0) return [];
  return [[profile, newEvents.map(({ id, seq, name, ts, props }) => [id, seq, encodeText(name), ts, props])]];
}

function writeRows({ id: profile, newWrites }: Profile): unknown[][] {
  return newWrites.map((id) => [profile, id]);
}

function logRow(
  { profile, segment, member, cause, at }: MembershipChange,
  into: ReadonlyMap<Profile, Profile>,
) {
  return [(into.get(profile) ?? profile).id, segment, member ? "entered" : "left", cause, at];
}
