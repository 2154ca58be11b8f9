import { type Arm, analyse } from "../../src/experiments/statistics/analyse.ts";
import { BOUNDS } from "../../src/experiments/statistics/bounds.ts";
import { momentsOf } from "../../src/experiments/statistics/moments.ts";
import { Random } from "./random.ts";

/** How the users of one arm behave. */
export interface Behaviour {
  /** Relative to the other arms' weights. */
  weight: number;
  /** The share of users that really get into this arm, relative to the others'; without it, as the weight says. */
  share?: number;
  /** One user's value; most are 0. */
  value: (random: Random) => number;
  /** What the mean of the values truly is, and their variance. */
  mean: number;
  variance: number;
}

export interface Scenario {
  name: string;
  /** The first arm is the control. */
  arms: readonly Behaviour[];
  /** Whether values are 0 or 1. */
  binary: boolean;
  /** How often results are looked at. */
  looks: number;
  /** Users, over all arms, exposed between two looks. */
  usersPerLook: number;
  /** After this look nobody is exposed any more; without it, users come until the end. */
  exposedUntil?: number;
  /** Users per pair of arms that the experiment is planned for; without it, all that come. */
  plannedUsers?: number;
  /** Looks until a value that is not 0 is known, on average (exponentially distributed); without it, at once. */
  delay?: number;
}

/** How often, of all runs, each of these was so. */
export interface Rates {
  runs: number;
  /** A difference was found in some arm at some look. */
  found: number;
  /** The wrong direction was found, or a direction where there is none, at some look. */
  wrong: number;
  /** A difference was found in some arm at the last look. */
  foundAtEnd: number;
  /** At every look all absolute intervals held the truth. */
  covered: number;
  /** At the last look all absolute intervals held the truth. */
  coveredAtEnd: number;
  /** At the last look all relative intervals that were given held the truth. */
  relativeCoveredAtEnd: number;
  /** A sample ratio mismatch was announced at some look. */
  mismatch: number;
  /** A 95 % interval for a single look, of the second arm's difference, excluded zero at some look. */
  naive: number;
}

interface Totals {
  users: number;
  sum: number;
  sumOfSquares: number;
}

/** Runs a scenario many times, looking at its results all the way. */
export function simulate(scenario: Scenario, runs: number, seed: number): Rates {
  const counts = {
    found: 0,
    wrong: 0,
    foundAtEnd: 0,
    covered: 0,
    coveredAtEnd: 0,
    relativeCoveredAtEnd: 0,
    mismatch: 0,
    naive: 0,
  };
  const random = new Random(seed);
  for (let run = 0; run < runs; run++) {
    const seen = observe(scenario, random);
    for (const [name, was] of Object.entries(seen)) if (was) counts[name as keyof typeof counts] += 1;
  }
  const rates = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / runs]));
  return { ...(rates as typeof counts), runs };
}

function observe(scenario: Scenario, random: Random): Record<keyof Omit<Rates, "runs">, boolean> {
  const { arms, looks, exposedUntil = looks } = scenario;
  const totals: Totals[] = arms.map(() => ({ users: 0, sum: 0, sumOfSquares: 0 }));
  const late: Totals[][] = [];
  const truths = arms.map(({ mean }) => mean - (arms[0]?.mean ?? 0));
  const seen = {
    found: false,
    wrong: false,
    foundAtEnd: false,
    covered: true,
    coveredAtEnd: true,
    relativeCoveredAtEnd: true,
    mismatch: false,
    naive: false,
  };
  for (let look = 0; look < looks; look++) {
    if (look < exposedUntil) expose(scenario, look, totals, late, random);
    for (const [at, { sum, sumOfSquares }] of (late[look] ?? []).entries())
      add(totals[at], sum, sumOfSquares);
    const summaries = summarise(scenario, totals);
    const results = analyse({ arms: summaries, control: "0", plannedUsers: plannedUsersOf(scenario) });
    seen.naive ||= isSignificant(summaries[0], summaries[1]);
    seen.mismatch ||= results.srm.alarm;
    seen.foundAtEnd = false;
    seen.coveredAtEnd = true;
    for (const [at, { comparison }] of results.arms.entries()) {
      if (comparison === null || comparison.absolute === null) continue;
      const truth = truths[at] ?? 0;
      const found = comparison.verdict === "better" ? 1 : comparison.verdict === "worse" ? -1 : 0;
      if (found !== 0) seen.found = seen.foundAtEnd = true;
      if (found !== 0 && found !== Math.sign(truth)) seen.wrong = true;
      if (!(comparison.absolute.low <= truth && truth <= comparison.absolute.high)) {
        seen.covered = seen.coveredAtEnd = false;
      }
      const share = truth / (arms[0]?.mean ?? 1);
      if (look === looks - 1 && comparison.relative !== null) {
        if (!(comparison.relative.low <= share && share <= comparison.relative.high))
          seen.relativeCoveredAtEnd = false;
      }
    }
  }
  return seen;
}

function expose(
  { arms, usersPerLook, delay }: Scenario,
  look: number,
  totals: Totals[],
  late: Totals[][],
  random: Random,
): void {
  const shares = arms.map(({ share, weight }) => share ?? weight);
  const all = shares.reduce((sum, share) => sum + share, 0);
  for (let user = 0; user < usersPerLook; user++) {
    let at = 0;
    for (let place = random.unit() * all - (shares[0] ?? 0); place >= 0 && at < arms.length - 1; ) {
      at += 1;
      place -= shares[at] ?? 0;
    }
    const total = totals[at];
    const behaviour = arms[at];
    if (total === undefined || behaviour === undefined) throw new RangeError("an arm is missing");
    total.users += 1;
    const value = behaviour.value(random);
    if (value === 0) continue;
    if (delay === undefined) {
      add(total, value, value * value);
    } else {
      const when = look + Math.floor(-delay * Math.log(1 - random.unit()));
      const then = (late[when] ??= arms.map(() => ({ users: 0, sum: 0, sumOfSquares: 0 })));
      add(then[at], value, value * value);
    }
  }
}

function add(total: Totals | undefined, sum: number, sumOfSquares: number): void {
  if (total === undefined) return;
  total.sum += sum;
  total.sumOfSquares += sumOfSquares;
}

function summarise({ arms, binary }: Scenario, totals: readonly Totals[]): Arm[] {
  return arms.map(({ weight }, at) => {
    const { users, sum, sumOfSquares } = totals[at] ?? { users: 0, sum: 0, sumOfSquares: 0 };
    const key = String(at);
    return binary ? { key, weight, users, converted: sum } : { key, weight, users, sum, sumOfSquares };
  });
}

export function plannedUsersOf({
  arms,
  looks,
  usersPerLook,
  exposedUntil = looks,
  plannedUsers,
}: Scenario): number {
  return plannedUsers ?? Math.ceil((exposedUntil * usersPerLook * 2) / arms.length);
}

/** What a person sees who looks again and again at a test that was made to be looked at once. */
function isSignificant(control: Arm | undefined, arm: Arm | undefined): boolean {
  const [a, b] = [control && momentsOf(control), arm && momentsOf(arm)];
  if (!a || !b || Math.min(a.users, b.users) < BOUNDS.fewestUsers) return false;
  return Math.abs(a.mean - b.mean) > 1.96 * Math.sqrt(a.variance / a.users + b.variance / b.users);
}
