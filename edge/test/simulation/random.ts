/** A seeded source of numbers (sfc32 of Practically Random), fast enough for billions of draws. */
export class Random {
  #a = 0;
  #b: number;
  #c = 0;
  #counter = 1;
  #spare: number | null = null;

  constructor(seed: number) {
    this.#b = seed | 0;
    for (let i = 0; i < 15; i++) this.unit();
  }

  /** 0 ≤ x < 1. */
  unit(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** Normally distributed, mean 0, variance 1 (polar method of Marsaglia). */
  normal(): number {
    const spare = this.#spare;
    if (spare !== null) {
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.unit() - 1;
      const y = 2 * this.unit() - 1;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * factor;
      return x * factor;
    }
  }
}
