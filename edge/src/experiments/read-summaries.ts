import { encodeText } from "../db/text.ts";

/** Whose exposures are asked for, and from when on. */
export interface ExposureQuery {
  experiment: string;
  iteration: number;
  /** The experiments of its exclusion group with their iterations, itself too: only where it came first does it count. */
  group: readonly (readonly [experiment: string, iteration: number])[];
  /** An exposure to anything else is somebody's invention, and does not count. */
  arms: readonly string[];
  /** Whether each device was drawn for, not each user. */
  device: boolean;
  since: number | null;
  /** How long after the exposure a user's events count, ms. */
  window: number;
  /** Exposures whose window ends after this instant wait. */
  now: number;
}

/** What each user's events come to. */
export interface Metric {
  event: string;
  measure: "users" | "count" | { sum: string };
}

/** The users of one arm in one metric. */
export interface ArmSummary {
  users: number;
  /** Those with an event of the metric. */
  converted: number;
  sum: number;
  sumOfSquares: number;
}

const NOBODY: ArmSummary = { users: 0, converted: 0, sum: 0, sumOfSquares: 0 };

export interface Summaries {
  /** By arm, then by metric in the order in which they were asked for. */
  arms: Map<string, ArmSummary[]>;
  /** Units whose window has not ended. */
  waiting: number;
}

/** Exposed profiles that one statement looks at, so that each stays well within D1's time for a query. */
const PAGE = 2_000;

/** The last profile of the page after profile `?2` that was exposed to `?1`. */
const LAST = `select max(profile) as last from (select distinct profile from events
  where name = '$exposure' and props ->> 'experiment' = ?1 and profile > ?2
  order by profile limit ${PAGE})`;

/**
 * By arm, what the profiles in (`?2`, `?3`] come to: each unit by its first exposure (`ts`, then `id`) to any of the group
 * `?4`, where that is to iteration `?5` of `?1`. Only the arms `?10` count. The last columns are those of one metric: event `?11`, property `?12`.
 */
const SUMMARISE = `with seen as (
    select e.profile, e.ts, e.props, row_number() over (
      partition by e.profile, iif(?6, e.props ->> 'unit', '') order by e.ts, e.id) as place
    from json_each(?4) g cross join events e
      on e.name = '$exposure' and e.props ->> 'experiment' = g.value ->> 0
    where e.profile > ?2 and e.profile <= ?3 and e.props ->> 'iteration' = g.value ->> 1),
  first as (
    select profile, ts, props ->> 'variation' as arm, ts + ?8 > ?9 as waits from seen
    where place = 1 and props ->> 'experiment' = ?1 and props ->> 'iteration' = ?5
      and ts >= ?7 and props ->> 'variation' in (select value from json_each(?10))),
  valued as (
    select arm, waits, (
      select json_array(count(*), coalesce(total(
          (select j.atom from json_each(g.props) j where j.key = ?12 and j.type in ('integer', 'real'))), 0))
      from events g where g.profile = f.profile and g.name = ?11 and g.ts >= f.ts and g.ts < f.ts + ?8) as found
    from first f)
  select arm, waits, count(*) as users, total(found ->> 0 > 0) as converted,
    total(found ->> 0) as count, total((found ->> 0) * (found ->> 0)) as countSquares,
    total(found ->> 1) as amount, total((found ->> 1) * (found ->> 1)) as amountSquares
  from valued group by arm, waits`;

interface Row {
  arm: string;
  waits: number;
  users: number;
  converted: number;
  count: number;
  countSquares: number;
  amount: number;
  amountSquares: number;
}

/**
 * What the exposed users of an experiment did, from the log: read in pages of users, so that the work of a statement is
 * bounded however many there are.
 */
export async function readSummaries(
  db: D1Database,
  query: ExposureQuery,
  metrics: readonly Metric[],
): Promise<Summaries> {
  const { experiment, iteration, group, arms, device, since, window, now } = query;
  const summaries: Summaries = { arms: new Map(), waiting: 0 };
  const statement = db.prepare(SUMMARISE);
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const last = await db.prepare(LAST).bind(experiment, after).first<number>("last");
    if (last === null) return summaries;
    const shared = [
      JSON.stringify(group),
      iteration,
      device ? 1 : 0,
      since ?? Number.MIN_SAFE_INTEGER,
      window,
      now,
      JSON.stringify(arms),
    ];
    const answers = await db.batch<Row>(
      metrics.map(({ event, measure }) => {
        const property = typeof measure === "object" ? measure.sum : "";
        return statement.bind(experiment, after, last, ...shared, encodeText(event), property);
      }),
    );
    for (const [at, { results }] of answers.entries()) add(summaries, metrics, at, results);
    after = last;
  }
}

/** Adds what a page has come to for the metric at place `at`. */
function add(summaries: Summaries, metrics: readonly Metric[], at: number, rows: readonly Row[]): void {
  const isCount = metrics[at]?.measure === "count";
  for (const { arm, waits, users, converted, count, countSquares, amount, amountSquares } of rows) {
    if (waits) summaries.waiting += at === 0 ? users : 0;
    if (waits) continue;
    const found = summaries.arms.get(arm) ?? metrics.map(() => ({ ...NOBODY }));
    summaries.arms.set(arm, found);
    const { [at]: known = NOBODY } = found;
    found[at] = {
      users: known.users + users,
      converted: known.converted + converted,
      sum: known.sum + (isCount ? count : amount),
      sumOfSquares: known.sumOfSquares + (isCount ? countSquares : amountSquares),
    };
  }
}
