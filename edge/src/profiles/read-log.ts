import { Stale } from "../db/conflict.ts";
import { EVENT_COLUMNS, type EventRow, PAGE } from "./event-rows.ts";

/** A profile as it was read; only as long as it stays so is its log what belongs to it. */
export interface LogOwner {
  readonly id: number;
  readonly seq: number;
}

const NAMED = "(?2 is null or e.name in (select value from json_each(?2)))";

/** `?1` are profiles that have few events together. */
const FEW = `select ${EVENT_COLUMNS} from json_each(?1) j cross join events e on e.profile = j.value where ${NAMED}`;

/**
 * A page of the events of profile `?3` after id `?4`. Of copies in several of the logs `?1` the first to arrive
 * counts; of those that came at once, the one in the log named first.
 */
const MANY = `select ${EVENT_COLUMNS} from events e where ${NAMED} and e.profile = ?3 and e.id > ?4
    and not exists (select 1 from json_each(?1) o cross join events f on f.profile = o.value and f.id = e.id
      where o.value <> e.profile and (f.received_at < e.received_at or (f.received_at = e.received_at
        and o.key < (select key from json_each(?1) where value = e.profile))))
  order by e.id limit ${PAGE}`;

const SEQUENCES = "select id, seq from profiles where id in (select value from json_each(?1))";

/**
 * The events of each of these profiles, in pages and in no order; those of some names only, as JSON, or of any
 * where it is null.
 * @throws Stale when someone writes to one of them meanwhile
 */
export async function* readLogs(
  db: D1Database,
  owners: readonly LogOwner[],
  eventNames: string | null,
): AsyncGenerator<EventRow[]> {
  let few: LogOwner[] = [];
  let work = 0;
  for (const owner of owners) {
    if (owner.seq > PAGE) {
      yield* readUnited(db, [owner], eventNames);
      continue;
    }
    if (work + owner.seq > PAGE) {
      yield await readPage(db, few, FEW, [eventNames]);
      few = [];
      work = 0;
    }
    few.push(owner);
    work += owner.seq;
  }
  if (few.length > 0) yield await readPage(db, few, FEW, [eventNames]);
}

/** The same of profiles that are becoming one, each event once; of any name where none are named. */
export async function* readUnited(
  db: D1Database,
  owners: readonly LogOwner[],
  eventNames: string | null = null,
): AsyncGenerator<EventRow[]> {
  for (const { id } of owners) {
    for (let last: string | undefined = ""; last !== undefined; ) {
      const rows: EventRow[] = await readPage(db, owners, MANY, [eventNames, id, last]);
      yield rows;
      last = rows.length < PAGE ? undefined : rows.at(-1)?.id;
    }
  }
}

async function readPage(
  db: D1Database,
  owners: readonly LogOwner[],
  query: string,
  values: readonly unknown[],
): Promise<EventRow[]> {
  const ids = JSON.stringify(owners.map(({ id }) => id));
  const [events, sequences] = await db.batch<never>([
    db.prepare(query).bind(ids, ...values),
    db.prepare(SEQUENCES).bind(ids),
  ]);
  const current: LogOwner[] = sequences?.results ?? [];
  const seqs = new Map(current.map(({ id, seq }) => [id, seq]));
  if (owners.some(({ id, seq }) => seqs.get(id) !== seq)) throw new Stale();
  return events?.results ?? [];
}
