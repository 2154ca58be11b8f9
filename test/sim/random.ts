/** Chance that a seed decides: the same seed draws the same numbers for ever (sfc32, C. Doty-Humphrey, PractRand). */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** A stream of its own for each name, so that drawing more from one leaves the others as they were. */
  constructor(seed: number, stream = "") {
    let hash = 0x811c9dc5;
    for (const character of stream) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = hash | 0;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** A number in 0 ≤ x < 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number in 0 ≤ x < `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** A whole number in `from` ≤ x ≤ `to`. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("there is nothing to pick from");
    return item;
  }

  /** Picks a key by its weight. */
  weigh<Key extends string>(weights: { readonly [K in Key]: number }): Key {
    let total = 0;
    for (const key in weights) total += weights[key];
    let left = this.next() * total;
    for (const key in weights) if ((left -= weights[key]) < 0) return key;
    throw new Error("all weights are zero");
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index++) bytes[index] = this.below(256);
    return bytes;
  }
}
