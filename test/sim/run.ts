import { type FaultCounts, Faults, type Strike } from "./faults.ts";
import { checkInvariants } from "./invariants.ts";
import { perform } from "./perform.ts";
import { becomeQuiet } from "./quiet.ts";
import { Random } from "./random.ts";
import { makeSteps, type Step } from "./steps.ts";
import { Trace } from "./trace.ts";
import type { Workplace } from "./workplace.ts";
import { World } from "./world.ts";

/** What a run is made of. */
export interface RunOptions {
  seed: number;
  /** Instead of those that the seed makes. */
  steps?: readonly Step[];
  /** No faults by chance. */
  isCalm?: boolean;
  /** A fault at one call, instead of faults by chance. */
  strike?: Strike;
  /** Whether the trace is wanted as text. */
  keepsLines?: boolean;
}

export interface RunResult {
  seed: number;
  /** What does not hold; none in a good run. */
  problems: string[];
  /** Of everything that happened, in order. */
  hash: string;
  faults: FaultCounts;
  /** How often D1 and the disks were called. */
  calls: { d1: number; disk: number };
  requests: number;
  /** Changes by time that were found at their instants. */
  instants: number;
  operations: number;
  /** Exposures that tabs were told of, and prompts that they have shown. */
  exposures: number;
  shown: number;
  tasks: number;
  /** Virtual ms. */
  duration: number;
  lines: string[] | undefined;
}

let current: World | undefined;

// What the edge writes into the log of the Worker.
console.error = (error) => current?.scheduler.note(`edge logs ${error}`);

// A rejection that nobody handles is a problem of whichever run is under way.
process.on("unhandledRejection", (error) => {
  if (current === undefined) throw error;
  current.fail(`unhandled: ${error instanceof Error ? error.stack : error}`);
});

/** One run, from its seed alone. */
export async function run(workplace: Workplace, options: RunOptions): Promise<RunResult> {
  const { seed, strike, isCalm = strike !== undefined, keepsLines = false } = options;
  const faults = new Faults(new Random(seed, "faults"), isCalm, strike);
  const world = new World(workplace, seed, new Trace(keepsLines), faults);
  const { scheduler, network, record, problems } = world;
  current = world;
  try {
    for (const step of options.steps ?? makeSteps(seed)) {
      await scheduler.runUntil(scheduler.now + step.after);
      perform(world, step);
    }
    await checkInvariants(world, await becomeQuiet(world));
  } catch (error) {
    world.fail(`the run breaks off: ${error instanceof Error ? error.stack : error}`);
  }
  current = undefined;
  return {
    seed,
    problems,
    hash: scheduler.trace.hash,
    faults: faults.counts,
    calls: faults.calls,
    requests: network.sent,
    instants: world.instants,
    operations: record.ops.length,
    exposures: world.exposures.size,
    shown: world.claims.shown,
    tasks: scheduler.tasks,
    duration: scheduler.now - scheduler.start,
    lines: scheduler.trace.lines,
  };
}
