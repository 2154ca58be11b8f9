/** All that the edge does not compute from its input: time and chance. */
export interface Runtime {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves so many milliseconds later. */
  wait(ms: number): Promise<void>;
  /** A number from 0 up to, not including, 1. */
  random(): number;
  /** So many random bytes, good enough for keys. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

/** The machine's own clock and chance. */
export const systemRuntime: Runtime = {
  now: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
