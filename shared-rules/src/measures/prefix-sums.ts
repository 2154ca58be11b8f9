import type { RunSums } from "../engine/features.ts";

/**
 * Exact sums of any run of a column's numbers, in a few operations: each number is split at a grid into two parts,
 * each of which adds up without rounding, since there are no more bits in any sum of them than a double holds. The
 * sum of a run is then the sum of two exact differences, which is rounded once. `of` gives none for numbers that
 * differ too much in size (by some 2^40): the exact sum of those must be worked out number by number.
 */
export class PrefixSums implements RunSums {
  readonly #counts = [0];
  readonly #grid = [0];
  readonly #rest = [0];

  private constructor(column: readonly unknown[], grid: number) {
    let [count, high, low] = [0, 0, 0];
    for (const value of column) {
      if (typeof value === "number") {
        const part = Math.round(value / grid) * grid;
        count++;
        high += part;
        low += value - part;
      }
      this.#counts.push(count);
      this.#grid.push(high);
      this.#rest.push(low);
    }
  }

  static of(column: readonly unknown[]): PrefixSums | undefined {
    let least = Number.MAX_VALUE;
    let total = 0;
    for (const value of column) {
      if (typeof value !== "number" || value === 0) continue;
      const size = Math.abs(value);
      if (size < least) least = size;
      total += size;
    }
    // Every number is a multiple of this, or of twice it: a logarithm may be rounded up.
    const unit = 2 ** (Math.floor(Math.log2(least)) - 53);
    // What lies between the lines of the grid adds up to less than 2^53 units, what lies on it to 2^52 lines.
    const grid = unit * 2 ** (53 - Math.ceil(Math.log2(column.length + 1)));
    return least > 2 ** -900 && total < 2 ** 1_000 && total <= grid * 2 ** 51
      ? new PrefixSums(column, grid)
      : undefined;
  }

  /** How many numbers there are. */
  count(begin: number, end: number): number {
    return (this.#counts[end] ?? 0) - (this.#counts[begin] ?? 0);
  }

  sum(begin: number, end: number): number {
    return (
      (this.#grid[end] ?? 0) - (this.#grid[begin] ?? 0) + ((this.#rest[end] ?? 0) - (this.#rest[begin] ?? 0))
    );
  }
}
