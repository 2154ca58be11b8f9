/**
 * An instant for each position: the least of all, and the first position that is due, are found and kept up in
 * as many steps as the number of positions has digits in base 2. Each node of the tree is the lesser of the two below.
 */
export class Schedule {
  readonly #leaves: number;
  readonly #nodes: Float64Array;

  constructor(instants: ArrayLike<number>) {
    this.#leaves = 2 ** Math.ceil(Math.log2(instants.length || 1));
    this.#nodes = new Float64Array(2 * this.#leaves).fill(Number.POSITIVE_INFINITY);
    this.#nodes.set(instants, this.#leaves);
    for (let node = this.#leaves - 1; node > 0; node--) this.#nodes[node] = this.#lesser(node);
  }

  #lesser(node: number): number {
    return Math.min(this.#nodes[2 * node] ?? 0, this.#nodes[2 * node + 1] ?? 0);
  }

  /** The least of all instants; Infinity where there is none. */
  get least(): number {
    return this.#nodes[1] ?? 0;
  }

  set(position: number, instant: number): void {
    let node = this.#leaves + position;
    this.#nodes[node] = instant;
    // Where the lesser stays the same, so does all above it.
    for (node >>= 1; node > 0; node >>= 1) {
      const lesser = this.#lesser(node);
      if (this.#nodes[node] === lesser) break;
      this.#nodes[node] = lesser;
    }
  }

  /** The first position whose instant is not after `now`, or -1. */
  firstDue(now: number): number {
    if (this.least > now) return -1;
    let node = 1;
    while (node < this.#leaves) {
      node *= 2;
      if ((this.#nodes[node] ?? 0) > now) node++;
    }
    return node - this.#leaves;
  }
}
