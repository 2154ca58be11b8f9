import { encodeText } from "../db/text.ts";
import type { Identity, Scope } from "./scope.ts";

export interface ProfileRow {
  id: number;
  user_id: string | null;
  anonymous_id: string | null;
  traits: string;
  seq: number;
  epoch: number;
  due_at: number | null;
  definitions: number;
  created_at: number;
}

export interface EventRow {
  profile: number;
  id: string;
  seq: number;
  name: string;
  ts: number;
  props: string;
  received_at: number;
}

/** The rows of a scope, table by table. */
export interface StateRows {
  profiles: ProfileRow[];
  identities: { kind: "user" | "anonymous"; value: string; profile: number }[];
  events: EventRow[];
  known: { profile: number; id: string }[];
  memberships: { profile: number; segment: string; since: number }[];
  lists: { member: string; segment: string }[];
}

/** One statement for each table of `StateRows`, in its order; none reads more than the scope's users. */
export function selectState(
  db: D1Database,
  scope: Scope,
  operations: readonly (readonly [identity: Identity, id: string])[],
  eventNames: string | null,
): D1PreparedStatement[] {
  const next = `?${scope.values.length + 1}`;
  const within = (query: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(`with touched(id) as (${scope.query}) ${query}`).bind(...scope.values, ...values);
  const pairs = operations.map(([[kind, value], id]) => [kind, encodeText(value), id]);
  return [
    within(`select p.id, p.user_id, p.anonymous_id, p.traits, p.seq, p.epoch, p.due_at, p.definitions, p.created_at
      from touched t cross join profiles p on p.id = t.id`),
    within(`select i.kind, i.value, i.profile from touched t cross join identities i on i.profile = t.id`),
    within(
      `select e.profile, e.id, e.seq, e.name, e.ts, e.props, e.received_at
      from touched t cross join events e on e.profile = t.id
      where ${next} is null or e.name in (select value from json_each(${next}))`,
      eventNames,
    ),
    db
      .prepare(`with asked(profile, id) as (
        select distinct i.profile, j.value ->> 2 from json_each(?1) j
        cross join identities i on i.kind = j.value ->> 0 and i.value = j.value ->> 1)
      select a.profile, a.id from asked a cross join events e on e.profile = a.profile and e.id = a.id
      union all
      select a.profile, a.id from asked a cross join writes w on w.profile = a.profile and w.id = a.id`)
      .bind(JSON.stringify(pairs)),
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
