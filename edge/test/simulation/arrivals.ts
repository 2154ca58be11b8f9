import type { Arm } from "../../src/experiments/statistics/analyse.ts";
import type { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";

/** What is known of one arm. */
class Total {
  users = 0;
  sum = 0;
  sumOfSquares = 0;

  add(value: number): void {
    this.sum += value;
    this.sumOfSquares += value * value;
  }
}

/** The users of one run of a scenario, as they come. */
export class Arrivals {
  readonly #scenario: Scenario;
  readonly #random: Random;
  readonly #totals: Total[];
  /** Up to which place, of all shares put in a row, users get into each arm. */
  readonly #ends: number[];
  /** Values that become known later, with their arms' totals, by look. */
  readonly #late = new Map<number, { total: Total; value: number }[]>();
  #look = 0;

  constructor(scenario: Scenario, random: Random) {
    this.#scenario = scenario;
    this.#random = random;
    this.#totals = scenario.arms.map(() => new Total());
    let end = 0;
    this.#ends = scenario.arms.map(({ share, weight }) => (end += share ?? weight));
  }

  /** Goes on to the next look and tells what is known by then. */
  next(): Arm[] {
    const { arms, binary, looks, usersPerLook, exposedUntil = looks } = this.#scenario;
    if (this.#look < exposedUntil) for (let user = 0; user < usersPerLook; user++) this.#expose();
    for (const { total, value } of this.#late.get(this.#look) ?? []) total.add(value);
    this.#late.delete(this.#look);
    this.#look += 1;
    return this.#totals.map(({ users, sum, sumOfSquares }, at) => {
      const arm = { key: String(at), weight: arms[at]?.weight ?? 0, users };
      return binary ? { ...arm, converted: sum } : { ...arm, sum, sumOfSquares };
    });
  }

  #expose(): void {
    const place = this.#random.unit() * (this.#ends.at(-1) ?? 0);
    const at = this.#ends.findIndex((end) => place < end);
    const total = this.#totals[at];
    const value = this.#scenario.arms[at]?.value(this.#random);
    if (total === undefined || value === undefined) throw new RangeError("a user is in no arm");
    total.users += 1;
    if (value !== 0) this.#wait(total, value);
  }

  /** Tells a value at once, or at a later look. */
  #wait(total: Total, value: number): void {
    const { delay } = this.#scenario;
    if (delay === undefined) {
      total.add(value);
      return;
    }
    const look = this.#look + Math.floor(-delay * Math.log(1 - this.#random.unit()));
    const known = this.#late.get(look) ?? [];
    known.push({ total, value });
    this.#late.set(look, known);
  }
}
