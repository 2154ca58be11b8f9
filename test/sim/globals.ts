import { createHash } from "node:crypto";

/** Tells the scheduler of a run from the machine's timers. */
export interface Timers {
  after(ms: number, what: string, run: () => void): () => void;
}

let timers: Timers | undefined;

/** Lets the timers of the platform be those of a run. */
export function useTimers(of: Timers | undefined): void {
  timers = of;
}

/**
 * Takes real time, chance and threads away from this process: what code takes past its injected environment breaks the
 * run, and digests are made at once instead of in a thread pool.
 */
export function isolate(): void {
  const forbid = (name: string) => () => {
    throw new Error(`${name} is not a function of the seed`);
  };
  Object.assign(globalThis, {
    setTimeout: forbid("setTimeout"),
    setInterval: forbid("setInterval"),
    fetch: forbid("fetch"),
    reportError: (error: unknown) => Promise.reject(error),
  });
  Date.now = forbid("Date.now");
  Math.random = forbid("Math.random");
  performance.now = forbid("performance.now");
  crypto.getRandomValues = forbid("crypto.getRandomValues");
  crypto.randomUUID = forbid("crypto.randomUUID");
  crypto.subtle.digest = async (algorithm, data) => {
    const bytes =
      data instanceof ArrayBuffer
        ? new Uint8Array(data)
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const digest = createHash(String(algorithm).replace("-", "")).update(bytes).digest();
    return new Uint8Array(digest).buffer;
  };
  AbortSignal.timeout = (ms) => {
    const ending = new AbortController();
    timers?.after(ms, "timeout", () => ending.abort(new DOMException("timeout", "TimeoutError")));
    return ending.signal;
  };
}
