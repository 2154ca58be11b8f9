import type { ProgramValue } from "../program.ts";
import type { Condition } from "./condition.ts";
import type { Context } from "./context.ts";

/** Rows kept for the texts of one trait. */
const TEXTS = 4_096;

/**
 * All looked-up comparisons of one trait, and for each value met so far the row of their answers. A number's
 * row depends only on its place among the numbers that the comparisons name.
 */
export class Column {
  readonly #trait: string;
  readonly #tests: { test: number; condition: Condition }[] = [];
  readonly #named = new Set<number>();
  readonly #texts = new Map<string, Int32Array>();
  readonly #rows = new Map<unknown, Int32Array>();
  #numbers: Float64Array = new Float64Array();
  #places: (Int32Array | undefined)[] = [];
  #start = 0;
  #length = 0;

  constructor(trait: string) {
    this.#trait = trait;
  }

  add(test: number, value: ProgramValue | undefined, condition: Condition): void {
    this.#tests.push({ test, condition });
    for (const item of Array.isArray(value) ? value : [value])
      if (typeof item === "number") this.#named.add(item);
  }

  /** Takes whole words from `start` on for its bits, notes each test's bit, and gives the next free word. */
  place(start: number, bitOf: Map<number, number>): number {
    this.#start = start;
    this.#length = Math.ceil(this.#tests.length / 32);
    this.#numbers = Float64Array.from(this.#named).sort();
    for (const [index, { test }] of this.#tests.entries()) bitOf.set(test, start * 32 + index);
    return start + this.#length;
  }

  /** Writes the answers for the context's user. */
  read(context: Context, bits: Int32Array): void {
    const row = this.#row(context.traits[this.#trait], context);
    for (let word = 0; word < this.#length; word++) bits[this.#start + word] = row[word] ?? 0;
  }

  #row(value: unknown, context: Context): Int32Array {
    if (typeof value === "string") {
      let row = this.#texts.get(value);
      if (!row) {
        if (this.#texts.size >= TEXTS) this.#texts.clear();
        row = this.#compute(context);
        this.#texts.set(value, row);
      }
      return row;
    }
    if (typeof value === "number" && Number.isFinite(value)) {
      const place = this.#placeOf(value);
      return (this.#places[place] ??= this.#compute(context));
    }
    if (Array.isArray(value)) return this.#compute(context);
    // What is left is a boolean, or absent in one of its forms.
    const key = typeof value === "boolean" ? value : undefined;
    let row = this.#rows.get(key);
    if (!row) {
      row = this.#compute(context);
      this.#rows.set(key, row);
    }
    return row;
  }

  /** 2 i + 1 for the i-th of the named numbers, 2 i for what lies below it and above the one before. */
  #placeOf(value: number): number {
    const numbers = this.#numbers;
    let [low, high] = [0, numbers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((numbers[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return 2 * low + (numbers[low] === value ? 1 : 0);
  }

  #compute(context: Context): Int32Array {
    const row = new Int32Array(this.#length);
    this.#tests.forEach(({ condition }, index) => {
      if (condition.holds(context.traits, context))
        row[index >> 5] = (row[index >> 5] ?? 0) | (1 << (index & 31));
    });
    return row;
  }
}
