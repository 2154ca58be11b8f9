import type { Definitions } from "../definitions/definitions.ts";
import type { Asked } from "./asked.ts";
import { EVENT_COLUMNS, type EventRow, PAGE } from "./event-rows.ts";
import { type Identity, rowsOf, type Scope } from "./scope.ts";

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
  /**
   * How many events there may be of this profile and those before it whose states must be made from the log: a
   * sequence number is never less than the number of events.
   */
  work: number;
}

/** The rows of a scope, table by table. */
export interface StateRows {
  profiles: ProfileRow[];
  identities: { kind: "user" | "anonymous"; value: string; profile: number }[];
  /** Of profiles of another layout than the definitions', as far as their `work` is within a page. */
  events: EventRow[];
  known: { profile: number; id: string }[];
  /** Pairs of profiles that may be united and whose logs share an event's id. */
  overlaps: { one: number; other: number }[];
  memberships: { profile: number; segment: string; since: number }[];
  lists: { member: string; segment: string }[];
}

export interface StateQuestion {
  scope: Scope;
  asked: readonly Asked[];
  unions: readonly (readonly Identity[])[];
}

/** One statement for each table of `StateRows`, in its order; none reads more than the scope's users. */
export function selectState(
  db: D1Database,
  { scope, asked, unions }: StateQuestion,
  { layout, eventNames }: Definitions,
): D1PreparedStatement[] {
  const [next, after] = [`?${scope.values.length + 1}`, `?${scope.values.length + 2}`];
  const within = (query: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(`with touched(id) as (${scope.query}) ${query}`).bind(...scope.values, ...values);
  return [
    within(
      `select p.id, p.user_id, p.anonymous_id, p.traits, p.state, p.layout, p.seq, p.due_at, p.definitions, p.created_at,
        sum(iif(p.layout = ${next}, 0, p.seq)) over (order by p.id) as work
      from touched t cross join profiles p on p.id = t.id`,
      layout,
    ),
    within(`select i.kind, i.value, i.profile from touched t cross join identities i on i.profile = t.id`),
    within(
      `, others(id, work) as (select p.id, sum(p.seq) over (order by p.id)
        from touched t cross join profiles p on p.id = t.id where p.layout <> ${next})
      select ${EVENT_COLUMNS} from others o cross join events e on e.profile = o.id
      where o.work <= ${PAGE} and (${after} is null or e.name in (select value from json_each(${after})))`,
      layout,
      eventNames,
    ),
    db
      .prepare(`with wanted(profile, id) as (
        select distinct i.profile, d.value from json_each(?1) j cross join json_each(j.value, '$[0]') n
        cross join identities i on i.kind = n.value ->> 0 and i.value = n.value ->> 1
        cross join json_each(j.value, '$[1]') d)
      select a.profile, a.id from wanted a cross join events e on e.profile = a.profile and e.id = a.id
      union all
      select a.profile, a.id from wanted a cross join writes w on w.profile = a.profile and w.id = a.id`)
      .bind(JSON.stringify(asked.map(({ identities, ids }) => [rowsOf(identities), ids]))),
    db
      .prepare(`with part(place, profile) as (
        select distinct j.key, i.profile from json_each(?1) j cross join json_each(j.value) n
        cross join identities i on i.kind = n.value ->> 0 and i.value = n.value ->> 1)
      select distinct a.profile as one, b.profile as other
      from part a cross join part b on b.place = a.place and b.profile > a.profile
      where exists (select 1 from events e cross join events f on f.profile = b.profile and f.id = e.id
        where e.profile = a.profile)`)
      .bind(JSON.stringify(unions.map(rowsOf))),
    within(
      `select m.profile, m.segment, m.since from touched t cross join memberships m on m.profile = t.id`,
    ),
    within(
      `, ids(member) as (select value from json_each(${next})
        union select i.value from touched t cross join identities i on i.profile = t.id)
      select m.member, m.segment from ids cross join segment_members m on m.member = ids.member`,
      JSON.stringify(scope.ids),
    ),
  ];
}
