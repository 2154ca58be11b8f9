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
 * What runs side by side, each in a vitest of its own: tests in browsers wait more than they work. Of all but the first
 * only failures are shown.
 */
const LANES = [["--project=sdk-web"], ["--project=!sdk-web"]];

/**
 * Runs one vitest.
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} selection
 * @param {boolean} quiet
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function runVitest(env, selection, quiet) {
  const folder = mkdtempSync(join(tmpdir(), "muster-test-"));
  const figures = join(folder, "figures.json");
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", `--reporter=${join(ROOT, "scripts", "figures-reporter.mjs")}`];
  try {
    const args = [vitest, "run", ...reporters, ...selection];
    const code = await run(findNode(), args, { env: { ...env, MUSTER_FIGURES: figures }, quiet });
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
  const env = { ...toolEnvironment(), CHROMIUM_PATH: chromium };
  const chosen = process.argv.slice(2);
  const lanes = chosen.length > 0 ? [chosen] : LANES;
  const figures = await Promise.all(lanes.map((lane, at) => runVitest(env, lane, at > 0)));
  const passed = figures.reduce((sum, lane) => sum + lane.passed, 0);
  const failed = figures.reduce((sum, lane) => sum + lane.failed, 0);
  console.log(`${passed} passed, ${failed + broken} failed`);
  return failed + broken > 0 ? 1 : 0;
});
