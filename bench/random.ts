/** A seeded source of choices, so that each process makes the same segments and users (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 ≤ x < 1. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }

  /** The first `count` of the items in a random order (all of them where it is left out). */
  shuffle<T>(items: readonly T[], count = items.length): T[] {
    const keyed = items.map((item) => ({ item, key: this.unit() }));
    keyed.sort((a, b) => a.key - b.key);
    return keyed.slice(0, count).map(({ item }) => item);
  }
}
