import { availableParallelism } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAULTS } from "./faults.ts";
import { MUTANTS } from "./mutants.ts";
import { PINNED } from "./pinned.ts";
import { Pool } from "./pool.ts";
import { describeFailure, Summary } from "./report.ts";
import type { RunOptions, RunResult } from "./run.ts";
import { seedsFrom } from "./seeds.ts";
import { strikesOf } from "./strikes.ts";

/** As many as every test run can wait for; `npm run sim -- --seeds 20000` is for the rest. */
const SEEDS = Number(process.env.SIM_SEEDS ?? 1_000);
/** Seeds of which every call to D1 and every write to a disk is struck once: with conflicts, plan changes, a union of overlapping histories. */
const STRUCK = [23, 97];
/** Within so many seeds each mutant is found. */
const MUTANT_SEEDS = 500;
/** Where few seeds are wanted, every third mutant will do. */
const TRIED = [...MUTANTS].filter((_, at) => SEEDS > 1_000 || at % 3 === 0);
const LONG_MS = 900_000;

let pool: Pool;
beforeAll(async () => {
  pool = await Pool.open(availableParallelism());
});
afterAll(() => pool.close());

/** What failed of these runs, a few at most, and what all came to. */
async function judge(runs: Iterable<RunOptions>): Promise<{ summary: Summary; failures: string[] }> {
  const summary = new Summary();
  const failures: string[] = [];
  await pool.run(runs, (result) => {
    summary.add(result);
    if (result.problems.length > 0) failures.push(describeFailure(result));
    return failures.length < 5;
  });
  return { summary, failures };
}

async function collect(runs: Iterable<RunOptions>): Promise<RunResult[]> {
  const results: RunResult[] = [];
  await pool.run(runs, (result) => results.push(result) > 0);
  return results.sort((a, b) => a.seed - b.seed);
}

test.runIf(PINNED.length > 0)("seeds that failed once", async () => {
  const { failures } = await judge(PINNED);
  expect(failures).toEqual([]);
});

test(
  "a seed replays byte for byte, whatever ran before it",
  async () => {
    const first = await collect(seedsFrom(1, 100));
    const second = await collect([...seedsFrom(1, 100)].reverse());
    expect(second.map(({ hash }) => hash)).toEqual(first.map(({ hash }) => hash));
    expect(new Set(first.map(({ hash }) => hash)).size).toBe(100);
  },
  LONG_MS,
);

test(
  `${SEEDS} seeds hold what was acknowledged, once, and agree, and nobody who was exposed flips (laws 2 to 6)`,
  async () => {
    const { summary, failures } = await judge(seedsFrom(1, SEEDS));
    console.log(summary.toString());
    expect(failures).toEqual([]);
    expect(Math.min(summary.instants, summary.exposures, summary.shown)).toBeGreaterThan(0);
    expect(FAULTS.filter((fault) => summary.faults[fault] === 0)).toEqual([]);
  },
  LONG_MS,
);

test(
  "a fault at each single call of D1 and write of a disk",
  async () => {
    const calm = await collect(STRUCK.map((seed) => ({ seed, isCalm: true })));
    const { summary, failures } = await judge(calm.flatMap(strikesOf));
    console.log(summary.toString());
    expect(failures).toEqual([]);
  },
  LONG_MS,
);

describe("a deliberate bug is found", () => {
  test.each(TRIED)(
    "%s",
    async (_name, patches) => {
      const mutant = await Pool.open(availableParallelism(), patches);
      let found: RunResult | undefined;
      try {
        await mutant.run(seedsFrom(1, MUTANT_SEEDS), (result) => {
          if (result.problems.length > 0) found ??= result;
          return found === undefined;
        });
      } finally {
        await mutant.close();
      }
      expect(found).toBeDefined();
    },
    LONG_MS,
  );
});
