// npm run sim -- [--seeds N] [--from M] | --seed N [--trace]: runs the simulation with many seeds, or with one.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Pool } from "./pool.ts";
import { describeFailure, Summary } from "./report.ts";
import type { RunOptions } from "./run.ts";

function* seedsFrom(from: number, count: number): Iterable<RunOptions> {
  for (let seed = from; seed < from + count; seed++) yield { seed };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      seeds: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      threads: { type: "string", default: String(availableParallelism()) },
      trace: { type: "boolean", default: false },
    },
  });
  const only = values.seed;
  const pool = await Pool.open(only === undefined ? Number(values.threads) : 1);
  const summary = new Summary();
  const runs = only === undefined ? seedsFrom(Number(values.from), Number(values.seeds)) : [{ seed: Number(only), keepsLines: values.trace }];
  try {
    await pool.run(runs, (result) => {
      summary.add(result);
      if (result.lines) console.log(result.lines.join("\n"));
      if (result.problems.length > 0) console.log(describeFailure(result));
    });
  } finally {
    await pool.close();
  }
  console.log(summary.toString());
  return summary.failed > 0 ? 1 : 0;
}

process.exitCode = await main();
