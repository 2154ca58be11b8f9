/** A set of numbers below `capacity`, in the order in which they were added (Briggs and Torczon, 1993). */
export class SparseSet {
  size = 0;
  readonly #dense: Uint32Array;
  readonly #sparse: Uint32Array;

  constructor(capacity: number) {
    this.#dense = new Uint32Array(capacity);
    this.#sparse = new Uint32Array(capacity);
  }

  at(index: number): number {
    return this.#dense[index] ?? 0;
  }

  add(value: number): void {
    const index = this.#sparse[value] ?? 0;
    if (index < this.size && this.#dense[index] === value) return;
    this.#dense[this.size] = value;
    this.#sparse[value] = this.size++;
  }

  copy(): Uint32Array {
    return this.#dense.slice(0, this.size);
  }
}
