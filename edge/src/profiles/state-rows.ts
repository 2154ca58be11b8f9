import { listDeviceExposures } from "../decisions/device-exposures.ts";
import type { Definitions } from "../definitions/definitions.ts";
import { IDENTITY_COLUMNS, type IdentityRow } from "../identity/identity-rule.ts";
import type { KeyRow } from "../keys/bearer.ts";
import type { Asked } from "./asked.ts";
import { EVENT_COLUMNS, type EventRow, PAGE } from "./event-rows.ts";
import { NOT_KEPT } from "./history.ts";
import { type Identity, rowsOf, type Scope } from "./scope.ts";

/** What a request is judged by; the key is null where it was not asked for or is not known. */
export interface HeadRow extends IdentityRow {
  version: number;
  kind: KeyRow["kind"] | null;
  revoked_at: number | null;
}

export interface ProfileRow {
  id: number;
  user_id: string | null;
  anonymous_id: string | null;
  traits: string;
  state: string;
  layout: string;
  seq: number;
  due_at: number | null;
  definitions: number;
  created_at: number;
  /** JSON: the places in the scope at which it was found. */
  places: string;
  /** JSON: the segments that it is in; where it may be united with another, since when. */
  members: string;
  /**
   * How many events there may be of this profile and those before it whose states must be made from the log: a
   * sequence number is never less than the number of events.
   */
  work: number;
}

/** What is read of a scope, statement by statement. */
export interface StateRows {
  head: HeadRow[];
  profiles: ProfileRow[];
  /** Of profiles whose states must be made of the log, as far as their `work` is within a page. */
  events: EventRow[];
  known: { profile: number; id: string }[];
  /** Pairs of profiles that may be united and whose logs share an event's id. */
  overlaps: { one: number; other: number }[];
  lists: { member: string; segment: string }[];
  exposures: { id: string; variation: string }[];
}

export interface StateQuestion {
  scope: Scope;
  asked: readonly Asked[];
  unions: readonly (readonly Identity[])[];
  /** The device whose exposures decide, as of now or an instant before. */
  device: { id: string; at: number | null } | null;
  /** The hash of the request's key. */
  keyHash: string | null;
}

const HEAD = `select w.version, k.kind, k.revoked_at, ${IDENTITY_COLUMNS}
  from workspace w left join keys k on k.hash = ?1 where w.id = 1`;

/** Whether the state of `profiles p` must be made of the log; `?2` is the definitions' layout. */
const NEEDS_LOG = `(p.layout <> ?2 or p.state = '${NOT_KEPT}')`;

/** Each profile is asked for the same ids once, however many identities it has. */
const KNOWN = `with part(profile, ids) as (
    select distinct i.profile, j.value -> 1 from json_each(?1) j cross join json_each(j.value, '$[0]') n
    cross join identities i on i.kind = n.value ->> 0 and i.value = n.value ->> 1),
  wanted(profile, id) as (select p.profile, d.value from part p cross join json_each(p.ids) d)
  select a.profile, a.id from wanted a cross join events e on e.profile = a.profile and e.id = a.id
  union all
  select a.profile, a.id from wanted a cross join writes w on w.profile = a.profile and w.id = a.id`;

/** Of two logs the one of the lower sequence number, which is shorter for the most part, is gone through. */
const OVERLAPS = `with part(place, profile, seq) as (
    select distinct j.key, p.id, p.seq from json_each(?1) j cross join json_each(j.value) n
    cross join identities i on i.kind = n.value ->> 0 and i.value = n.value ->> 1
    cross join profiles p on p.id = i.profile)
  select distinct a.profile as one, b.profile as other
  from part a cross join part b on b.place = a.place and (b.seq, b.profile) > (a.seq, a.profile)
  where exists (select 1 from events e cross join events f on f.profile = b.profile and f.id = e.id
    where e.profile = a.profile)`;

/** Whoever was at the device then; of several the first comes last, to stand. */
const EXPOSURES = `select e.id, e.props ->> '$.variation' as variation from json_each(?1) j
  cross join events e on e.id = j.value and e.name = '$exposure'
  where json_type(e.props, '$.variation') = 'text' and (?2 is null or e.ts <= ?2) order by e.ts desc, e.profile desc`;

/**
 * The statements that read all of `StateRows` in one batch, named as there; none reads more than the scope's
 * users, and what cannot bring anything is left out.
 */
export function selectState(
  db: D1Database,
  { scope, asked, unions, device, keyHash }: StateQuestion,
  { layout, eventNames, sources, server }: Definitions,
): [name: keyof StateRows, statement: D1PreparedStatement][] {
  const within = (query: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(`with touched(id, place) as (${scope.query}) ${query}`).bind(scope.value, ...values);
  const members = unions.length > 0 ? "json_group_object(m.segment, m.since)" : "json_group_array(m.segment)";
  const statements: [keyof StateRows, D1PreparedStatement][] = [
    ["head", db.prepare(HEAD).bind(keyHash)],
    [
      "profiles",
      within(
        `select p.id, p.user_id, p.anonymous_id, p.traits, p.state, p.layout, p.seq, p.due_at, p.definitions,
          p.created_at, json_group_array(t.place) as places,
          (select ${members} from memberships m where m.profile = p.id) as members,
          sum(iif(${NEEDS_LOG}, p.seq, 0)) over (order by p.id) as work
        from touched t cross join profiles p on p.id = t.id group by p.id`,
        layout,
      ),
    ],
    [
      "events",
      within(
        `, others(id, work) as (select p.id, sum(p.seq) over (order by p.id)
          from touched t cross join profiles p on p.id = t.id where ${NEEDS_LOG} group by p.id)
        select ${EVENT_COLUMNS} from others o cross join events e on e.profile = o.id
        where o.work <= ${PAGE} and (?3 is null or e.name in (select value from json_each(?3)))`,
        layout,
        eventNames,
      ),
    ],
  ];
  if (asked.length > 0) {
    const rows = asked.map(({ identities, ids }) => [rowsOf(identities), ids]);
    statements.push(["known", db.prepare(KNOWN).bind(JSON.stringify(rows))]);
  }
  if (unions.length > 0) {
    statements.push(["overlaps", db.prepare(OVERLAPS).bind(JSON.stringify(unions.map(rowsOf)))]);
  }
  if ([...sources.values()].includes("list")) {
    statements.push([
      "lists",
      within(
        `, ids(member) as (select value from json_each(?2)
          union select i.value from touched t cross join identities i on i.profile = t.id)
        select m.member, m.segment from ids cross join segment_members m on m.member = ids.member`,
        JSON.stringify(scope.ids),
      ),
    ]);
  }
  const exposures = device === null ? [] : listDeviceExposures(server.table, device.id);
  if (exposures.length > 0) {
    statements.push(["exposures", db.prepare(EXPOSURES).bind(JSON.stringify(exposures), device?.at ?? null)]);
  }
  return statements;
}
