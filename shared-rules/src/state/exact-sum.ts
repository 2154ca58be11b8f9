/**
 * A sum of doubles without rounding, as parts that do not overlap (J. R. Shewchuk, "Adaptive Precision
 * Floating-Point Arithmetic", 1997; the algorithm of Python's `math.fsum`). The order in which numbers are added
 * changes nothing, neither the value nor, once `settle` is called, the parts.
 */
export class ExactSum {
  #parts: number[];

  constructor(parts: readonly number[] = []) {
    this.#parts = [...parts];
  }

  add(value: number): void {
    let x = value;
    let kept = 0;
    for (let y of this.#parts) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) this.#parts[kept++] = low;
      x = high;
    }
    this.#parts.length = kept;
    if (x !== 0) this.#parts.push(x);
  }

  /** The sum, rounded once: half to even, like every operation on doubles. */
  get value(): number {
    const parts = this.#parts;
    let at = parts.length - 1;
    let high = parts[at] ?? 0;
    let low = 0;
    while (at > 0 && low === 0) {
      const x = high;
      const y = parts[--at] ?? 0;
      high = x + y;
      low = y - (high - x);
    }
    // What is left below decides where `low` lies exactly in the middle between two doubles.
    const below = parts[at - 1] ?? 0;
    if (at > 0 && ((low < 0 && below < 0) || (low > 0 && below > 0))) {
      const twice = low * 2;
      const next = high + twice;
      if (twice === next - high) high = next;
    }
    return high;
  }

  /** The parts in the one form that every order of adding comes to: each the rounded value of all that is left. */
  settle(): readonly number[] {
    const rest = new ExactSum(this.#parts);
    const settled: number[] = [];
    for (let part = rest.value; part !== 0 && Number.isFinite(part); part = rest.value) {
      settled.push(part);
      rest.add(-part);
    }
    this.#parts = settled.reverse();
    return this.#parts;
  }

  merge(other: ExactSum): void {
    for (const part of other.#parts) this.add(part);
  }
}
