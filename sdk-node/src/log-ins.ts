import { setTimeout as sleep } from "node:timers/promises";

export interface LogInsOptions {
  /** Sends what waits at once. */
  send: () => void;
  /** How long (ms) one is waited for. */
  timeout: number;
}

/** A log-in on its way. */
interface LogIn {
  /** How many of this user's. */
  count: number;
  arrived: Promise<true>;
  arrive: () => void;
}

/**
 * Log-ins that the edge has not heard of yet. Till then it does not know what the user has seen on the device, and would
 * draw them anew.
 */
export class LogIns {
  readonly #options: LogInsOptions;
  /** By user id. No more than fit into the queue. */
  readonly #waiting = new Map<string, LogIn>();

  constructor(options: LogInsOptions) {
    this.#options = options;
  }

  add(userId: string): void {
    const waiting = this.#waiting.get(userId);
    if (waiting !== undefined) {
      waiting.count += 1;
      return;
    }
    let arrive = () => {};
    const arrived = new Promise<true>((resolve) => {
      arrive = () => resolve(true);
    });
    this.#waiting.set(userId, { count: 1, arrived, arrive });
  }

  /** It has left the queue, whatever became of it. */
  settle(userId: string): void {
    const waiting = this.#waiting.get(userId);
    if (waiting === undefined) return;
    waiting.count -= 1;
    if (waiting.count > 0) return;
    this.#waiting.delete(userId);
    waiting.arrive();
  }

  /** Whether all of this user's are there, once they are or too much time has passed; undefined where none waits. */
  arrival(userId: string | undefined): Promise<boolean> | undefined {
    const waiting = userId === undefined ? undefined : this.#waiting.get(userId);
    if (waiting === undefined) return undefined;
    const { send, timeout } = this.#options;
    send();
    return Promise.race([waiting.arrived, sleep(timeout, false, { ref: false })]);
  }
}
