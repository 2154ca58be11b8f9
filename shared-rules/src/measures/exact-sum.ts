/** Numbers from here on are summed apart, in units of 2^128: neither sum overflows for 2^40 numbers. */
const HUGE = 2 ** 960;
const UNIT = 2 ** 128;
/** More than all others come to; in units. */
const DECISIVE = 2 ** (1_000 - 128);

/**
 * A sum of doubles without rounding, as parts that do not overlap (J. R. Shewchuk, "Adaptive Precision
 * Floating-Point Arithmetic", 1997; the algorithm of Python's `math.fsum`). The order in which numbers are added
 * changes nothing, neither the value nor the parts once they are settled, and no sum on the way overflows.
 */
export class ExactSum {
  #parts: number[] = [];
  #huge: ExactSum | undefined;

  constructor(numbers: readonly number[] = []) {
    for (const number of numbers) this.add(number);
  }

  add(value: number): void {
    if (Math.abs(value) < HUGE) this.#add(value);
    else (this.#huge ??= new ExactSum()).#add(value / UNIT);
  }

  #add(value: number): void {
    const parts = this.#parts;
    let x = value;
    let kept = 0;
    for (let y of parts) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low) parts[kept++] = low;
      x = high;
    }
    parts.length = kept;
    if (x) parts.push(x);
  }

  /** The sum, rounded once: half to even, like every operation on doubles. Infinite where no double is near. */
  get value(): number {
    const huge = this.#huge;
    if (!huge) return this.#round();
    // Where the huge ones have cancelled out, small ones count again.
    const [into, from, unit] =
      Math.abs(huge.#round()) < DECISIVE ? [this, huge, UNIT] : [huge, this, 1 / UNIT];
    const sum = new ExactSum();
    for (const part of into.#parts) sum.#add(part);
    // A part too small for its unit only matters as the sign of what lies beyond a tie.
    for (const part of from.#parts) sum.#add(part * unit || Math.sign(part) * Number.MIN_VALUE);
    return sum.#round() * (into === huge ? UNIT : 1);
  }

  #round(): number {
    const parts = this.#parts;
    let at = parts.length - 1;
    let high = parts[at] ?? 0;
    let low = 0;
    while (at > 0 && !low) {
      const x = high;
      const y = parts[--at] ?? 0;
      high = x + y;
      low = y - (high - x);
    }
    // What is left below decides where `low` lies exactly in the middle between two doubles.
    if (Math.sign(low) === Math.sign(parts[at - 1] ?? 0)) {
      const twice = low * 2;
      const next = high + twice;
      if (twice === next - high) high = next;
    }
    return high;
  }
}
