/** Time as the client sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once, `ms` (at most `LONGEST_DELAY_MS`) from now, unless the function that it gives is called before. */
  after(ms: number, task: () => void): () => void;
}

/** The longest delay that `setTimeout` keeps; a longer one would fire at once. */
export const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The machine's timers, with `now` read from where the application says. */
export function systemClock(now: () => number = Date.now): Clock {
  return {
    now: () => Math.floor(now()),
    after(ms, task) {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  };
}
