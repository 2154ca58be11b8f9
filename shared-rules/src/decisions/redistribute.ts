import { LIMITS } from "../limits.ts";
import type { Split } from "./definitions.ts";
import { PLACES, runsOf } from "./places.ts";

/** What is nobody's, beside the names that are somebody's. */
type Name = string | null;

/**
 * How many places each name is to have: its exact share rounded down or up, and of all such roundings the one that is
 * nearest to what it has.
 */
function targetsOf(
  weights: ReadonlyMap<Name, number>,
  sum: number,
  has: ReadonlyMap<Name, number>,
): Map<Name, number> {
  const shares = [...weights].map(([name, weight]) => {
    const least = Math.floor((weight * PLACES) / sum);
    return { name, least, rest: (weight * PLACES) % sum, keeps: (has.get(name) ?? 0) > least };
  });
  let left = PLACES - shares.reduce((total, { least }) => total + least, 0);
  const targets = new Map<Name, number>(shares.map(({ name, least }) => [name, least]));
  const roundable = shares.filter(({ rest }) => rest > 0);
  roundable.sort((a, b) => Number(b.keeps) - Number(a.keeps) || b.rest - a.rest);
  for (const { name, least } of roundable) if (left-- > 0) targets.set(name, least + 1);
  return targets;
}

/** The places as runs, while they change hands. */
class Runs {
  readonly runs: { name: Name; from: number; to: number }[];
  /** Places that a name has too many; too few, where negative. */
  readonly surplus: Map<Name, number>;

  constructor(split: Split, names: Iterable<Name>) {
    this.runs = runsOf(split);
    this.surplus = new Map([...names].map((name) => [name, 0]));
    for (const { name, from, to } of this.runs)
      this.surplus.set(name, (this.surplus.get(name) ?? 0) + to - from);
  }

  /** How many places one name can give another. */
  #amount(giver: Name, taker: Name): number {
    return Math.min(this.surplus.get(giver) ?? 0, -(this.surplus.get(taker) ?? 0));
  }

  /** Gives places of a run away at one of its ends; all of them, or as many as both names allow. */
  #give(index: number, taker: Name, atEnd: boolean): void {
    const run = this.runs[index];
    if (!run) return;
    const { name: giver, from, to } = run;
    const amount = Math.min(this.#amount(giver, taker), to - from);
    const kept = atEnd ? { name: giver, from, to: to - amount } : { name: giver, from: from + amount, to };
    const given = atEnd ? { name: taker, from: to - amount, to } : { name: taker, from, to: from + amount };
    const parts = atEnd ? [kept, given] : [given, kept];
    this.runs.splice(index, 1, ...parts.filter((part) => part.to > part.from));
    this.surplus.set(giver, (this.surplus.get(giver) ?? 0) - amount);
    this.surplus.set(taker, (this.surplus.get(taker) ?? 0) + amount);
    this.#join();
  }

  /** Neighbours with one name become one run. */
  #join(): void {
    for (let index = this.runs.length - 1; index > 0; index--) {
      const [before, run] = [this.runs[index - 1], this.runs[index]];
      if (before && run && before.name === run.name) {
        before.to = run.to;
        this.runs.splice(index, 1);
      }
    }
  }

  /** Moves a border between two neighbours; false where none is left to move. */
  moveBorder(): boolean {
    for (const [index, run] of this.runs.entries()) {
      const next = this.runs[index + 1];
      if (!next) return false;
      if (this.#amount(run.name, next.name) > 0) {
        this.#give(index, next.name, true);
        return true;
      }
      if (this.#amount(next.name, run.name) > 0) {
        this.#give(index + 1, run.name, false);
        return true;
      }
    }
    return false;
  }

  /** Gives places to one who has no border with the giver: of the smallest run, and what nobody is to have from its end. */
  moveAway(): boolean {
    const taker = [...this.surplus].find(([, surplus]) => surplus < 0)?.[0];
    if (taker === undefined) return false;
    const giving = [...this.runs.entries()].filter(([, { name }]) => this.#amount(name, taker) > 0);
    giving.sort(([, a], [, b]) => a.to - a.from - (b.to - b.from));
    const [index] = giving[0] ?? [];
    if (index === undefined) return false;
    this.#give(index, taker, taker === null);
    return true;
  }
}

/**
 * New shares for the names of a split: those who are to have less give places to those who are to have more, and no
 * other place changes hands. Weights are whole numbers, not negative; `sum` (from their sum, which it is if left out,
 * to a million) is what stands for all places, so that what the weights leave is nobody's. A name that has no weight
 * loses all. Deterministic, and the same weights again change nothing.
 * @throws {RangeError} where the weights are not such numbers
 */
export function redistribute(
  split: Split,
  weights: { readonly [name: string]: number },
  sum: number = Object.values(weights).reduce((total, weight) => total + weight, 0),
): Split {
  const given = Object.entries(weights);
  const rest = sum - given.reduce((total, [, weight]) => total + weight, 0);
  const numbers = [sum, rest, ...given.map(([, weight]) => weight)];
  if (sum === 0 || sum > LIMITS.weights || numbers.some((number) => !Number.isInteger(number) || number < 0))
    throw new RangeError("weights are whole numbers, not negative, whose sum is from 1 to a million");
  const wanted = new Map<Name, number>([...given, [null, rest]]);
  const gone = Object.keys(split).filter((name) => !Object.hasOwn(weights, name));
  for (const name of gone) wanted.set(name, 0);

  const runs = new Runs(split, wanted.keys());
  for (const [name, target] of targetsOf(wanted, sum, runs.surplus))
    runs.surplus.set(name, (runs.surplus.get(name) ?? 0) - target);
  while (runs.moveBorder() || runs.moveAway());
  return Object.fromEntries(
    given.map(([name]) => [
      name,
      runs.runs.filter((run) => run.name === name).map(({ from, to }) => [from, to] as const),
    ]),
  );
}
