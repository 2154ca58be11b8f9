import type { Clock } from "../src/clock.ts";

interface Timer {
  at: number;
  task: () => void;
}

/** A clock that goes only when told to. Timers follow elapsed time; `jump` moves the wall clock alone. */
export class FakeClock implements Clock {
  #now: number;
  #elapsed = 0;
  #timers = new Set<Timer>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    if (ms > 2 ** 31 - 1) throw new RangeError("setTimeout would overflow");
    const timer = { at: this.#elapsed + ms, task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Ms until the next timer. */
  get next(): number | undefined {
    const [timer] = [...this.#timers].sort((a, b) => a.at - b.at);
    return timer && timer.at - this.#elapsed;
  }

  jump(ms: number): void {
    this.#now += ms;
  }

  /** Lets `ms` pass, timer by timer, with time for what each sets off. */
  async pass(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (;;) {
      const [timer] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (!timer || timer.at > end) break;
      this.#timers.delete(timer);
      this.#advance(timer.at);
      timer.task();
      await settle();
    }
    this.#advance(end);
    await settle();
  }

  #advance(to: number): void {
    this.#now += to - this.#elapsed;
    this.#elapsed = to;
  }
}

/** Lets everything that waits for no timer run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
