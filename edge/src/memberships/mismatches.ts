import { bulk } from "../db/bulk.ts";
import type { Definitions } from "../definitions/definitions.ts";

const COUNT = `insert into mismatches (segment, count, last_at) select value ->> 0, 1, ?2 from json_each(?1) where true
  on conflict (segment) do update set count = count + 1, last_at = max(last_at, excluded.last_at)`;

/** The statements that count one browser's report; segments that browsers know nothing of are not counted. */
export function countMismatches(
  db: D1Database,
  { browser }: Definitions,
  segments: readonly string[],
  now: number,
): D1PreparedStatement[] {
  const known = [...new Set(segments)].filter((key) => browser.plan.positions.has(key));
  return bulk(
    db,
    COUNT,
    known.map((key) => [key]),
    now,
  );
}
