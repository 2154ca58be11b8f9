import { type Arm, analyse } from "../../src/experiments/statistics/analyse.ts";
import { BOUNDS } from "../../src/experiments/statistics/bounds.ts";
import { momentsOf } from "../../src/experiments/statistics/moments.ts";
import type { Estimate, Verdict } from "../../src/experiments/statistics/results.ts";
import { Arrivals } from "./arrivals.ts";
import { Random } from "./random.ts";
import { plannedUsersOf, type Scenario } from "./scenario.ts";

/** What came of one run, or how often it did of many. */
interface Outcome<Kind extends boolean | number> {
  /** A difference was found in some arm at some look. */
  found: Kind;
  /** At some look a difference was found that is not there, or is the other way. */
  wrong: Kind;
  /** A difference was found in some arm at the last look. */
  foundAtEnd: Kind;
  /** At every look all absolute intervals held the truth. */
  covered: Kind;
  /** At the last look all absolute intervals held the truth. */
  coveredAtEnd: Kind;
  /** At the last look all relative intervals that were given held the truth. */
  relativeCoveredAtEnd: Kind;
  /** A mismatch of the split was announced at some look. */
  mismatch: Kind;
  /** At some look the usual 95 % interval for a single look excluded zero, for the second arm. */
  naive: Kind;
}

export type Rates = Outcome<number>;

/** Runs a scenario many times; the same seed gives the same rates. */
export function simulate(scenario: Scenario, runs: number, seed: number): Rates {
  const random = new Random(seed);
  const outcomes = Array.from({ length: runs }, () => watch(scenario, random));
  const rate = (name: keyof Rates) => outcomes.filter((outcome) => outcome[name]).length / runs;
  return {
    found: rate("found"),
    wrong: rate("wrong"),
    foundAtEnd: rate("foundAtEnd"),
    covered: rate("covered"),
    coveredAtEnd: rate("coveredAtEnd"),
    relativeCoveredAtEnd: rate("relativeCoveredAtEnd"),
    mismatch: rate("mismatch"),
    naive: rate("naive"),
  };
}

function watch(scenario: Scenario, random: Random): Outcome<boolean> {
  const arrivals = new Arrivals(scenario, random);
  let seen = look(scenario, arrivals.next());
  for (let at = 1; at < scenario.looks; at++) {
    const now = look(scenario, arrivals.next());
    seen = {
      ...now,
      found: seen.found || now.found,
      wrong: seen.wrong || now.wrong,
      covered: seen.covered && now.covered,
      mismatch: seen.mismatch || now.mismatch,
      naive: seen.naive || now.naive,
    };
  }
  return seen;
}

/** What a look sees, as if it were the only one. */
function look(scenario: Scenario, arms: readonly Arm[]): Outcome<boolean> {
  const control = scenario.arms[0]?.mean ?? 0;
  const results = analyse({ arms, control: "0", plannedUsers: plannedUsersOf(scenario) });
  const compared = results.arms.flatMap(({ comparison }, at) => {
    const truth = (scenario.arms[at]?.mean ?? 0) - control;
    return comparison === null ? [] : [{ ...comparison, truth, sign: signOf(comparison.verdict) }];
  });
  const found = compared.some(({ sign }) => sign !== 0);
  const covered = compared.every(({ absolute, truth }) => holds(absolute, truth));
  return {
    found,
    foundAtEnd: found,
    wrong: compared.some(({ sign, truth }) => sign !== 0 && sign !== Math.sign(truth)),
    covered,
    coveredAtEnd: covered,
    relativeCoveredAtEnd: compared.every(({ relative, truth }) => holds(relative, truth / control)),
    mismatch: results.srm.alarm,
    naive: isSignificant(arms[0], arms[1]),
  };
}

function signOf(verdict: Verdict): number {
  return verdict === "better" ? 1 : verdict === "worse" ? -1 : 0;
}

/** An interval that is not given claims nothing. */
function holds(interval: Estimate | null, truth: number): boolean {
  return interval === null || (interval.low <= truth && truth <= interval.high);
}

/** What a person sees who looks again and again at a test that was made to be looked at once. */
function isSignificant(control: Arm | undefined, arm: Arm | undefined): boolean {
  const [a, b] = [control && momentsOf(control), arm && momentsOf(arm)];
  if (!a || !b || Math.min(a.users, b.users) < BOUNDS.fewestUsers) return false;
  return Math.abs(a.mean - b.mean) > 1.96 * Math.sqrt(a.variance / a.users + b.variance / b.users);
}
