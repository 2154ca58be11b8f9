import type { DatabaseSync } from "node:sqlite";

/** What an edge that no longer runs has left on disk. */
export interface Book {
  /** What SQLite says of the file: `ok`. */
  integrity: string;
  /** How often each operation stands in the logs. */
  copies: Map<string, number>;
  /** Rows whose profile is not there, by table. */
  orphans: Record<string, number>;
  /** Memberships for which the entries and exits in the log do not account, and the other way round. */
  unaccounted: number;
  /** By user (the user's id, else the anonymous id): the segments that they are stored to be in. */
  members: Map<string, string[]>;
}

const PER_PROFILE = `select m.name as name from sqlite_master m join pragma_table_info(m.name) c
  where m.type = 'table' and c.name = 'profile'`;

const COPIES = `select id, count(*) as copies from (select id from events union all select id from writes) group by id`;

const UNACCOUNTED = `select count(*) as number from (
  select profile, segment, sum(score) as score from (
    select profile, segment, iif(change = 'entered', 1, -1) as score from membership_log
    union all select profile, segment, -1 from memberships)
  group by 1, 2) where score <> 0`;

const MEMBERS = `select coalesce(p.user_id, p.anonymous_id) as owner, m.segment as segment
  from profiles p left join memberships m on m.profile = p.id order by 1, 2`;

export function readBook(database: DatabaseSync): Book {
  const all = (query: string) => database.prepare(query).all();
  const members = new Map<string, string[]>();
  for (const { owner, segment } of all(MEMBERS)) {
    const segments = members.get(String(owner)) ?? [];
    if (segment !== null) segments.push(String(segment));
    members.set(String(owner), segments);
  }
  const orphans = all(PER_PROFILE).map(({ name }): [string, number] => {
    const rows = all(`select count(*) as number from ${name} where profile not in (select id from profiles)`);
    return [String(name), Number(rows[0]?.number)];
  });
  return {
    integrity: all("pragma integrity_check")
      .map((row) => String(row.integrity_check))
      .join(),
    copies: new Map(all(COPIES).map(({ id, copies }) => [String(id), Number(copies)])),
    orphans: Object.fromEntries(orphans),
    unaccounted: Number(all(UNACCOUNTED)[0]?.number),
    members,
  };
}
