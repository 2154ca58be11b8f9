import type { Tabs } from "../src/tabs/tabs.ts";

interface Tab {
  listener: ((message: unknown) => void) | undefined;
}

/** The tabs of a browser that stands in memory; what one posts, the others get in its order, a little later. */
export class MemoryBrowser {
  readonly #tabs = new Set<Tab>();
  /** Who leads, and then who waits for it, in order. */
  readonly #queue: (() => void)[] = [];
  /** When the last of what one tab does alone is done. */
  #alone: Promise<unknown> = Promise.resolve();

  /** Opens another tab. */
  open(): Tabs {
    const tab: Tab = { listener: undefined };
    this.#tabs.add(tab);
    let resign: (() => void) | undefined;
    return {
      post: (message) => {
        if (!this.#tabs.has(tab)) return;
        const copy: unknown = structuredClone(message);
        for (const other of this.#tabs) if (other !== tab) queueMicrotask(() => other.listener?.(copy));
      },
      listen: (listener) => {
        tab.listener = listener;
      },
      campaign: (lead) => {
        resign = this.#campaign(lead);
        return resign;
      },
      alone: (task) => {
        const done = this.#alone.then(task);
        this.#alone = done.catch(() => {});
        return done;
      },
      close: () => {
        resign?.();
        tab.listener = undefined;
        this.#tabs.delete(tab);
      },
    };
  }

  #campaign(lead: () => void): () => void {
    const turn = () => lead();
    if (this.#queue.push(turn) === 1) queueMicrotask(() => this.#begin(turn));
    return () => {
      const place = this.#queue.indexOf(turn);
      if (place < 0) return;
      this.#queue.splice(place, 1);
      const [next] = this.#queue;
      if (place === 0 && next) queueMicrotask(() => this.#begin(next));
    };
  }

  #begin(turn: () => void): void {
    if (this.#queue[0] === turn) turn();
  }
}
