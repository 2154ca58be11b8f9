import { bulk } from "../db/bulk.ts";
import type { Merge } from "./working-set.ts";

/** Each takes rows `[from, to, offset]`; what stands under `from` goes to `to`, then `from` is deleted. */
const QUERIES = [
  `update identities set profile = m.value ->> 1 from json_each(?1) m where profile = m.value ->> 0`,
  `insert into events (profile, id, seq, name, ts, props, received_at)
    select m.value ->> 1, e.id, e.seq + (m.value ->> 2), e.name, e.ts, e.props, e.received_at
    from json_each(?1) m cross join events e on e.profile = m.value ->> 0 where true
    on conflict (profile, id) do update set seq = excluded.seq, name = excluded.name, ts = excluded.ts,
      props = excluded.props, received_at = excluded.received_at where excluded.received_at < events.received_at`,
  `delete from events where profile in (select value ->> 0 from json_each(?1))`,
  `insert into writes (profile, id, received_at) select m.value ->> 1, w.id, w.received_at
    from json_each(?1) m cross join writes w on w.profile = m.value ->> 0 where true on conflict do nothing`,
  `delete from writes where profile in (select value ->> 0 from json_each(?1))`,
  `insert into memberships (profile, segment, since) select m.value ->> 1, s.segment, s.since
    from json_each(?1) m cross join memberships s on s.profile = m.value ->> 0 where true
    on conflict (profile, segment) do update set since = min(since, excluded.since)`,
  `delete from memberships where profile in (select value ->> 0 from json_each(?1))`,
  `update membership_log set profile = m.value ->> 1 from json_each(?1) m where profile = m.value ->> 0`,
  `delete from profiles where id in (select value ->> 0 from json_each(?1))`,
];

/**
 * Rows `[profile]`: of entries that a union has made double, the earlier stays, so that entries and exits add up
 * to the memberships.
 */
const UNDOUBLE = `delete from membership_log where id in (
  select id from (
    select id, change,
      row_number() over (partition by profile, segment, change order by at desc, id desc) as place,
      sum(iif(change = 'entered', 1, -1)) over (partition by profile, segment)
        - exists (select 1 from memberships m where m.profile = l.profile and m.segment = l.segment) as excess
    from membership_log l where profile in (select value ->> 0 from json_each(?1)))
  where change = 'entered' and place <= excess)`;

/** The statement, last in a batch, that leaves one entry in the log for each membership of these unions. */
export function undoubleLog(db: D1Database, merges: readonly Merge[]): D1PreparedStatement[] {
  return bulk(
    db,
    UNDOUBLE,
    merges.map(({ to }) => [to.id]),
  );
}

/** The statements that make profiles which D1 holds parts of others. */
export function mergeStatements(db: D1Database, merges: readonly Merge[]): D1PreparedStatement[] {
  const rows = merges
    .filter(({ from }) => from.stored !== null)
    .map(({ from, to, offset }) => [from.id, to.id, offset]);
  return QUERIES.flatMap((query) => bulk(db, query, rows));
}
