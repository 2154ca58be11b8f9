// npm run vectors -- [DIR] [--runtime node|workerd|chromium|all]: runs a folder of vectors through every
// evaluator, prints what is not as expected, and closes with `N passed, N failed`.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { VectorFile } from "./cases.ts";
import { readVectors, VECTORS } from "./read-vectors.ts";
import { RUNTIMES } from "./runtimes/index.ts";

const USAGE = `usage: npm run vectors -- [DIR] [--runtime ${[...RUNTIMES.keys()].join("|")}|all]`;

interface Figures {
  passed: number;
  failed: number;
}

async function runIn(name: string, files: readonly VectorFile[], total: Figures): Promise<void> {
  const open = RUNTIMES.get(name);
  if (!open) throw new Error(`there is no runtime "${name}"`);
  const runtime = await open();
  try {
    for (const file of files) {
      const verdicts = await runtime.judge(file);
      const failing = verdicts.filter(({ faults }) => faults.length > 0);
      for (const { id, faults } of failing) {
        for (const fault of faults) console.log(`FAILED ${file.name} ${id} [${name}] ${fault}`);
      }
      total.failed += failing.length;
      total.passed += verdicts.length - failing.length;
      console.log(`${name} ${file.name}: ${verdicts.length - failing.length} of ${verdicts.length}`);
    }
  } finally {
    await runtime.close();
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { runtime: { type: "string", default: "node" } },
    allowPositionals: true,
  });
  // npm runs this in the repository; the person's folder is meant from where they stand.
  const [folder = VECTORS] = positionals.map((given) => resolve(process.env.INIT_CWD ?? "", given));
  const names = values.runtime === "all" ? [...RUNTIMES.keys()] : [values.runtime];
  const files = readVectors(folder);
  const total = { passed: 0, failed: 0 };
  for (const name of names) await runIn(name, files, total);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 2;
}
