// npm run sim -- [--seeds N] [--from M] | --seed N [--trace]: runs the simulation with many seeds, or with one;
// --mutant NAME: with a deliberate bug in it.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { MUTANTS } from "./mutants.ts";
import { Pool } from "./pool.ts";
import { describeFailure, Summary } from "./report.ts";
import { seedsFrom } from "./seeds.ts";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      seeds: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      threads: { type: "string", default: String(availableParallelism()) },
      mutant: { type: "string" },
      trace: { type: "boolean", default: false },
    },
  });
  const only = values.seed;
  const patches = values.mutant === undefined ? [] : MUTANTS.get(values.mutant);
  if (patches === undefined) throw new Error(`the mutants are: ${[...MUTANTS.keys()].join(", ")}`);
  const pool = await Pool.open(only === undefined ? Number(values.threads) : 1, patches);
  const summary = new Summary();
  const runs =
    only === undefined
      ? seedsFrom(Number(values.from), Number(values.seeds))
      : [{ seed: Number(only), keepsLines: values.trace }];
  try {
    await pool.run(runs, (result) => {
      summary.add(result);
      if (result.lines) console.log(result.lines.join("\n"));
      if (result.problems.length > 0) console.log(describeFailure(result));
      return true;
    });
  } finally {
    await pool.close();
  }
  console.log(summary.toString());
  return summary.failed > 0 ? 1 : 0;
}

process.exitCode = await main();
