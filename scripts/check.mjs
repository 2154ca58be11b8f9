// npm run check: everything that is judged without running it. Needs the dependencies (npm test installs them).

import { fileURLToPath } from "node:url";
import { run } from "./environment.mjs";

const PUBLISHED = ["shared-rules", "sdk-web", "sdk-node"];

/** @type {readonly (readonly [what: string, command: string, ...args: string[]])[]} */
const CHECKS = [
  ["format and lint (biome)", "biome", "check", "--error-on-warnings", "."],
  [
    "build and types (turbo, tsc)",
    "turbo",
    "run",
    "build",
    "typecheck",
    "--continue",
    "--output-logs=errors-only",
  ],
  ["types of the scripts (tsc)", "tsc", "-p", "scripts/tsconfig.json"],
  ["nothing unused (knip)", "knip"],
  ...PUBLISHED.flatMap((folder) => [
    /** @type {const} */ ([
      `${folder} as a package (publint)`,
      "publint",
      folder,
      "--strict",
      "--pack",
      "npm",
    ]),
    /** @type {const} */ ([
      `${folder}'s types (attw)`,
      "attw",
      "--pack",
      folder,
      "--profile",
      "esm-only",
      "-q",
    ]),
  ]),
];

/** Runs all checks and says of each how it went; gives the number of those that failed. */
export async function check() {
  let failed = 0;
  for (const [what, command, ...args] of CHECKS) {
    const start = performance.now();
    const code = await run(command, args, { quiet: true });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${code === 0 ? "ok    " : "FAILED"} ${what}, ${seconds} s`);
    if (code !== 0) failed++;
  }
  return failed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await check()) > 0 ? 1 : 0;
