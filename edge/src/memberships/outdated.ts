/** What profiles are up to date with: a version of the definitions, the layout of its states, an instant. */
interface Current {
  version: number;
  layout: string;
  now: number;
}

const SELECT = `with
  candidates(id, kind, place) as (
    select * from (select id, 1, due_at from profiles where due_at <= ?3 order by due_at, id limit ?4)
    union all
    select * from (select id, 2, definitions from profiles where definitions < ?1 order by definitions, id limit ?4)
    union all
    select * from (select id, 3, 0 from profiles where layout < ?2 order by layout, id limit ?4)
    union all
    select * from (select id, 3, 0 from profiles where layout > ?2 order by layout, id limit ?4)),
  ordered(id, kind, place, work) as (
    select c.id, min(c.kind), min(c.place), iif(p.layout = ?2, 0, p.seq)
    from candidates c cross join profiles p on p.id = c.id group by c.id),
  counted(id, nth, work) as (
    select id, row_number() over (order by kind, place, id), sum(work) over (order by kind, place, id) from ordered)
  select id from counted where nth <= ?4 and (work <= ?5 or nth = 1) order by nth`;

/**
 * At most `limit` profiles: first those that time can have changed, in the order in which it did, then those whose
 * memberships or states follow other definitions. As few as have `events` events in the logs of which states must
 * be made anew, or one such profile.
 */
export async function selectOutdated(
  db: D1Database,
  { version, layout, now }: Current,
  limit: number,
  events: number,
): Promise<number[]> {
  const { results } = await db
    .prepare(SELECT)
    .bind(version, layout, now, limit, events)
    .all<{ id: number }>();
  return results.map(({ id }) => id);
}

export interface Counts {
  profiles: number;
  /** Those that follow other definitions. */
  outdated: number;
  /** Those that time can have changed. */
  due: number;
  /** Those that are either. */
  remaining: number;
}

export async function countOutdated(db: D1Database, { version, layout, now }: Current): Promise<Counts> {
  const counts = await db
    .prepare(`select count(*) as profiles,
        count(*) filter (where definitions < ?1 or layout <> ?2) as outdated,
        count(*) filter (where due_at <= ?3) as due,
        count(*) filter (where definitions < ?1 or layout <> ?2 or due_at <= ?3) as remaining
      from profiles`)
    .bind(version, layout, now)
    .first<Counts>();
  return counts ?? { profiles: 0, outdated: 0, due: 0, remaining: 0 };
}
