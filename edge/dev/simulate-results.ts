import { expectedPower } from "../test/simulation/expected-power.ts";
import type { Scenario } from "../test/simulation/scenario.ts";
import { DIFFERENT, MISMATCHED, SAME, STRAINED } from "../test/simulation/scenarios.ts";
import { type Rates, simulate } from "../test/simulation/simulate.ts";

// npm run simulate:results [-- RUNS]: the whole claim that results may be watched; the same numbers every time.

const RUNS = 10_000;
const SEED = 20_240_612;
const ALPHA = 0.05;
const SRM_ALPHA = 0.001;
/** How often the mismatch of the scenario below is to be announced. */
const MISMATCH_POWER = 0.8;

const runs = Math.min(RUNS, Math.max(1, Math.trunc(Number(process.argv[2] ?? RUNS)) || RUNS));
/** What chance alone may add to a rate of `runs` runs: three standard errors. */
const slack = (rate: number) => 3 * Math.sqrt((rate * (1 - rate)) / runs);

const percent = (rate: number) => `${(rate * 100).toFixed(2)} %`;
let broken = 0;

function report(
  scenario: Scenario,
  judge: (rates: Rates) => Record<string, [rate: number, holds: boolean | null]>,
) {
  const rates = simulate(scenario, runs, SEED);
  console.log(
    `\n${scenario.name} (${scenario.looks} looks, ${scenario.looks * scenario.usersPerLook} users at most)`,
  );
  for (const [what, [rate, holds]] of Object.entries(judge(rates))) {
    if (holds === false) broken += 1;
    console.log(`  ${percent(rate).padStart(9)}  ${what}${holds === false ? "  << broken" : ""}`);
  }
}

console.log(`${runs} simulated experiments of each kind, alpha ${ALPHA}, seed ${SEED}`);

for (const scenario of SAME) {
  report(scenario, (rates) => ({
    "found a difference that is not there, at some look": [rates.found, rates.found <= ALPHA],
    "so would have, by a test for a single look": [rates.naive, null],
    "intervals held the truth at the end": [rates.coveredAtEnd, rates.coveredAtEnd >= 1 - ALPHA],
    "relative intervals held the truth at the end": [
      rates.relativeCoveredAtEnd,
      rates.relativeCoveredAtEnd >= 1 - ALPHA,
    ],
    "announced a mismatch of the split": [rates.mismatch, rates.mismatch <= SRM_ALPHA + slack(SRM_ALPHA)],
  }));
}

for (const scenario of DIFFERENT) {
  const power = expectedPower(scenario);
  report(scenario, (rates) => ({
    "found the difference, at some look": [rates.found, rates.found >= power - slack(power)],
    "still found it at the last look": [rates.foundAtEnd, null],
    "was expected to, by the normal approximation, at the last look": [power, null],
    "found a wrong one": [rates.wrong, rates.wrong <= ALPHA],
    "intervals held the truth at every look": [rates.covered, rates.covered >= 1 - ALPHA],
    "intervals held the truth at the end": [rates.coveredAtEnd, rates.coveredAtEnd >= 1 - ALPHA],
    "relative intervals held the truth at the end": [
      rates.relativeCoveredAtEnd,
      rates.relativeCoveredAtEnd >= 1 - ALPHA,
    ],
  }));
}

report(STRAINED, (rates) => ({
  "found the difference, at some look": [rates.found, null],
  "found a wrong one": [rates.wrong, rates.wrong <= ALPHA],
  "intervals held the truth at every look (a known limit)": [rates.covered, null],
  "intervals held the truth at the end": [rates.coveredAtEnd, rates.coveredAtEnd >= 1 - ALPHA],
}));

report(MISMATCHED, (rates) => ({
  "announced the mismatch": [rates.mismatch, rates.mismatch >= MISMATCH_POWER],
}));

console.log(broken === 0 ? "\nEvery promise holds." : `\n${broken} promises are broken.`);
process.exitCode = broken === 0 ? 0 : 1;
