import type { DatabaseSync } from "node:sqlite";
import type { UserEvent } from "@muster/rules";
import type { SavedState } from "@muster/rules/state";

/** A user as an edge that no longer runs has left them on disk. */
interface StoredProfile {
  /** The user's id, else the anonymous id. */
  owner: string;
  /** Which series the state has. */
  layout: string;
  state: SavedState;
  events: UserEvent[];
  /** The segments that they are stored to be in. */
  segments: string[];
}

/** What an edge that no longer runs has left on disk. */
export interface Book {
  /** What SQLite says of the file: `ok`. */
  integrity: string;
  /** The keys of the segments. */
  segments: string[];
  /** How often each operation stands in the logs. */
  copies: Map<string, number>;
  /** Tables that have rows whose profile is not there. */
  orphaned: string[];
  /** Memberships for which the entries and exits in the log do not account, and the other way round. */
  unaccounted: number;
  profiles: StoredProfile[];
}

const PER_PROFILE = `select m.name as name from sqlite_master m join pragma_table_info(m.name) c
  where m.type = 'table' and c.name = 'profile'`;

const COPIES = `select id, count(*) as copies from (select id from events union all select id from writes) group by id`;

const UNACCOUNTED = `select count(*) as number from (
  select profile, segment, sum(score) as score from (
    select profile, segment, iif(change = 'entered', 1, -1) as score from membership_log
    union all select profile, segment, -1 from memberships)
  group by 1, 2) where score <> 0`;

const PROFILES = `select id, coalesce(user_id, anonymous_id) as owner, layout, state,
  (select json_group_array(segment) from memberships m where m.profile = p.id) as segments,
  (select json_group_array(json_object('id', e.id, 'name', e.name, 'ts', e.ts, 'props', json(e.props)))
    from events e where e.profile = p.id) as events
  from profiles p`;

export function readBook(database: DatabaseSync): Book {
  const all = (query: string) => database.prepare(query).all();
  const [unaccounted] = all(UNACCOUNTED);
  return {
    integrity: all("pragma integrity_check")
      .map((row) => String(row.integrity_check))
      .join(),
    segments: all("select key from segments").map(({ key }) => String(key)),
    copies: new Map(all(COPIES).map(({ id, copies }) => [String(id), Number(copies)])),
    orphaned: all(PER_PROFILE)
      .map(({ name }) => String(name))
      .filter(
        (name) => all(`select 1 from ${name} where profile not in (select id from profiles)`).length > 0,
      ),
    unaccounted: Number(unaccounted?.number),
    profiles: all(PROFILES).map((row) => ({
      owner: String(row.owner),
      layout: String(row.layout),
      state: JSON.parse(String(row.state)),
      events: JSON.parse(String(row.events)),
      segments: JSON.parse(String(row.segments)),
    })),
  };
}
