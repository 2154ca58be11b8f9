// npm test: installs what is missing, builds, checks, runs every test, and closes with one plain line,
// `N passed, N failed`. A failed check counts as one failure. Arguments go on to vitest.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "./check.mjs";
import { installChromium } from "./chromium.mjs";
import { installDependencies } from "./dependencies.mjs";
import { findNode, ROOT, run, toolEnvironment } from "./environment.mjs";
import { main } from "./main.mjs";

/**
 * Runs vitest over all packages.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function runVitest(env) {
  const folder = mkdtempSync(join(tmpdir(), "muster-test-"));
  const figures = join(folder, "figures.json");
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", `--reporter=${join(ROOT, "scripts", "figures-reporter.mjs")}`];
  try {
    const args = [vitest, "run", ...reporters, ...process.argv.slice(2)];
    const code = await run(findNode(), args, { env: { ...env, MUSTER_FIGURES: figures } });
    const { passed, failed } = JSON.parse(readFileSync(figures, "utf8"));
    return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
  } catch (error) {
    console.error(`vitest has not come to its end: ${error}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(async () => {
  await installDependencies();
  findNode();
  const chromium = await installChromium();
  const broken = await check();
  const { passed, failed } = await runVitest({ ...toolEnvironment(), CHROMIUM_PATH: chromium });
  console.log(`${passed} passed, ${failed + broken} failed`);
  return failed + broken > 0 ? 1 : 0;
});
