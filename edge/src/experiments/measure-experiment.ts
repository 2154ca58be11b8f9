import { type Experiment, sizeOf } from "@muster/rules/decisions";
import type { ResultsResponse, resultsRequest } from "@muster/rules/wire";
import type { z } from "zod";
import type { ArmSummary } from "./read-summaries.ts";
import { readSummaries } from "./read-summaries.ts";
import { analyse } from "./statistics/analyse.ts";

const HOUR_MS = 3_600_000;
const NOBODY: ArmSummary = { users: 0, converted: 0, sum: 0, sumOfSquares: 0 };

/** An iteration of an experiment whose results are asked for. */
export interface Measured {
  key: string;
  /** As it was at the end of that iteration, or is. */
  experiment: Experiment;
  /** Itself and the others of its exclusion group, each with its iteration. */
  group: readonly (readonly [experiment: string, iteration: number])[];
  /** Since when (ms) the arms have the places that they have now; null: since the iteration began. */
  drawnSince: number | null;
}

/** The results of an experiment so far, for each metric that is asked for. Reads only. */
export async function measureExperiment(
  db: D1Database,
  { key, experiment, group, drawnSince }: Measured,
  request: z.output<typeof resultsRequest>,
  now: number,
): Promise<ResultsResponse> {
  const { metrics, withinHours, alpha, plannedUsers } = request;
  const { iteration } = experiment;
  const { since = drawnSince } = request;
  const weights = new Map(Object.entries(experiment.arms).map(([arm, places]) => [arm, sizeOf(places)]));
  const keys = [...weights.keys()];
  const { arms: summaries, waiting } = await readSummaries(
    db,
    {
      experiment: key,
      iteration,
      group,
      arms: keys,
      device: experiment.unit === "device",
      since,
      window: withinHours * HOUR_MS,
      now,
    },
    metrics,
  );
  const results = metrics.map(({ event, measure, goal }, at) => {
    const found = keys.map((arm) => ({ arm, summary: summaries.get(arm)?.[at] ?? NOBODY }));
    const { srm, arms } = analyse({
      arms: found.map(({ arm, summary: { users, converted, sum, sumOfSquares } }) => ({
        key: arm,
        weight: weights.get(arm) ?? 0,
        users,
        ...(measure === "users" ? { converted } : { sum, sumOfSquares }),
      })),
      control: request.control ?? keys[0] ?? "",
      goal,
      alpha,
      metrics: metrics.length,
      plannedUsers,
    });
    const converted = found.map(({ summary }) => summary.converted);
    return {
      srm,
      metric: {
        event,
        measure,
        arms: arms.map((arm, place) => ({ ...arm, converted: converted[place] ?? 0 })),
      },
    };
  });
  return {
    now,
    experiment: key,
    iteration,
    since,
    withinHours,
    waiting,
    srm: results[0]?.srm ?? { pValue: null, alarm: false, words: "not enough data" },
    metrics: results.map(({ metric }) => metric),
  };
}
