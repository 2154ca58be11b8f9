import type { Experiment } from "@muster/rules/decisions";
import { Problem } from "../problem.ts";
import type { Measured } from "./measure-experiment.ts";

interface ExperimentRow {
  key: string;
  document: string;
  archived_at: number | null;
}

/** Of more versions than these, the arms have stood since the oldest. */
const VERSIONS = 500;

/** An experiment, archived or not, with what its results depend on. */
export async function findMeasured(db: D1Database, key: string): Promise<Measured> {
  // Rows are what the statements select: `never` lets each be taken as its own type.
  const [experiments, versions] = await db.batch<never>([
    db.prepare("select key, document, archived_at from decisions where kind = 'experiment'"),
    db
      .prepare(
        `select document, saved_at from decision_versions where kind = 'experiment' and key = ?
          order by version desc limit ${VERSIONS}`,
      )
      .bind(key),
  ]);
  const rows: ExperimentRow[] = experiments?.results ?? [];
  const saved: { document: string; saved_at: number }[] = versions?.results ?? [];
  const own = rows.find((row) => row.key === key);
  if (own === undefined) throw new Problem("not-found", `There is no experiment ${JSON.stringify(key)}.`);
  const experiment: Experiment = JSON.parse(own.document);
  const { group, iteration } = experiment;
  const others = rows.flatMap((row): [string, number][] => {
    if (row === own || row.archived_at !== null || group === undefined) return [];
    const other: Experiment = JSON.parse(row.document);
    return other.group?.key === group.key ? [[row.key, other.iteration]] : [];
  });
  return {
    key,
    experiment,
    group: [[key, iteration], ...others],
    drawnSince: drawnSince(
      experiment,
      saved.map(({ document, saved_at }) => ({ experiment: JSON.parse(document), at: saved_at })),
    ),
  };
}

/** The instant of the last version, newest first, that changed the places of the arms and nothing but that. */
function drawnSince(
  { arms, iteration }: Experiment,
  versions: readonly { experiment: Experiment; at: number }[],
): number | null {
  const drawn = JSON.stringify(arms);
  const changed = versions.findIndex((one) => JSON.stringify(one.experiment.arms) !== drawn);
  const before = versions[changed]?.experiment.iteration;
  return changed > 0 && before === iteration ? (versions[changed - 1]?.at ?? null) : null;
}
