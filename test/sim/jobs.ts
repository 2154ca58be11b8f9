import type { RunOptions } from "./run.ts";

/** Runs that a worker makes one after the other; it posts a `RunResult` for each. */
export type Job = readonly RunOptions[];

/** What a worker is started with. */
export interface WorkerData {
  /** The edge's migrations, as SQL. */
  migrations: readonly string[];
}
