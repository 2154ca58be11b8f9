import { findLamp, type Lamp } from "./catalogue.ts";

const KEY = "cart";

/** What the visitor has taken, kept on this device. */
export class Cart {
  #counts: Map<string, number>;

  constructor() {
    this.#counts = read();
  }

  /** What lies in it, in the order in which it was put there. */
  get lines(): readonly [lamp: Lamp, count: number][] {
    return [...this.#counts].flatMap(([sku, count]): [Lamp, number][] => {
      const lamp = findLamp(sku);
      return lamp ? [[lamp, count]] : [];
    });
  }

  count({ sku }: Lamp): number {
    return this.#counts.get(sku) ?? 0;
  }

  get items(): number {
    return this.lines.reduce((sum, [, count]) => sum + count, 0);
  }

  /** In euros. */
  get amount(): number {
    return this.lines.reduce((sum, [{ price }, count]) => sum + price * count, 0);
  }

  add(lamp: Lamp): void {
    this.#counts.set(lamp.sku, this.count(lamp) + 1);
    this.#keep();
  }

  remove({ sku }: Lamp): void {
    this.#counts.delete(sku);
    this.#keep();
  }

  clear(): void {
    this.#counts.clear();
    this.#keep();
  }

  /** Another tab of the shop has changed it. */
  reread(): void {
    this.#counts = read();
  }

  #keep(): void {
    localStorage.setItem(KEY, JSON.stringify([...this.#counts]));
  }
}

function read(): Map<string, number> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    const counts = new Map<string, number>();
    for (const [sku, count] of Array.isArray(kept) ? kept : []) {
      if (findLamp(sku) && Number.isInteger(count) && count > 0) counts.set(sku, count);
    }
    return counts;
  } catch {
    return new Map();
  }
}
