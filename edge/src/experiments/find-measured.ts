import type { Experiment } from "@muster/rules/decisions";
import { Problem } from "../problem.ts";
import type { Measured } from "./measure-experiment.ts";

interface ExperimentRow {
  key: string;
  document: string;
  archived_at: number | null;
}

interface Version {
  experiment: Experiment;
  /** Since when (ms) it is the definition. */
  at: number;
}

/** Of more versions of an iteration than these, the arms have stood since the oldest. */
const VERSIONS = 500;

/** `?2` is an iteration; null, the current one. */
const OF_ITERATION = `select document, saved_at from decision_versions
  where kind = 'experiment' and key = ?1 and document ->> '$.iteration' = coalesce(?2,
    (select document ->> '$.iteration' from decisions where kind = 'experiment' and key = ?1))
  order by version desc limit ${VERSIONS}`;

/**
 * An iteration of an experiment, archived or not, with what its results depend on; left out, the current one.
 * @throws Problem `not-found`, `invalid-body`
 */
export async function findMeasured(
  db: D1Database,
  key: string,
  iteration: number | null = null,
): Promise<Measured> {
  // Rows are what the statements select: `never` lets each be taken as its own type.
  const [experiments, versions] = await db.batch<never>([
    db.prepare("select key, document, archived_at from decisions where kind = 'experiment'"),
    db.prepare(OF_ITERATION).bind(key, iteration),
  ]);
  const rows: ExperimentRow[] = experiments?.results ?? [];
  const saved: { document: string; saved_at: number }[] = versions?.results ?? [];
  const own = rows.find((row) => row.key === key);
  if (own === undefined) throw new Problem("not-found", `There is no experiment ${JSON.stringify(key)}.`);
  const current: Experiment = JSON.parse(own.document);
  const drawn = saved.map(
    ({ document, saved_at: at }): Version => ({ experiment: JSON.parse(document), at }),
  );
  const experiment = drawn[0]?.experiment;
  if (experiment === undefined) {
    throw new Problem("invalid-body", `Its current iteration is ${current.iteration}.`, {
      path: "/iteration",
    });
  }
  const others = experiment.iteration === current.iteration ? othersOfGroup(own, current, rows) : [];
  return {
    key,
    experiment,
    group: [[key, experiment.iteration], ...others],
    drawnSince: drawnSince(experiment, drawn),
  };
}

/** The other experiments of its group as they are, each with its iteration. */
function othersOfGroup(
  own: ExperimentRow,
  { group }: Experiment,
  rows: readonly ExperimentRow[],
): [experiment: string, iteration: number][] {
  return rows.flatMap((row): [string, number][] => {
    if (row === own || row.archived_at !== null || group === undefined) return [];
    const other: Experiment = JSON.parse(row.document);
    return other.group?.key === group.key ? [[row.key, other.iteration]] : [];
  });
}

/** The instant of the last version of an iteration, newest first, that changed the places of the arms. */
function drawnSince({ arms }: Experiment, versions: readonly Version[]): number | null {
  const places = JSON.stringify(arms);
  const changed = versions.findIndex(({ experiment }) => JSON.stringify(experiment.arms) !== places);
  return versions[changed - 1]?.at ?? null;
}
