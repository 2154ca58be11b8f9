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

/** A clock that is as right as the edge's, as far as it was compared with that. */
export interface CorrectedClock extends Clock {
  /** Whole ms that the edge's clock is ahead of the device's; undefined where they were never compared. */
  skew: number | undefined;
  /** The device's own time. */
  device(): number;
}

export function correctClock(device: Clock): CorrectedClock {
  const clock: CorrectedClock = {
    skew: undefined,
    device: () => device.now(),
    now: () => device.now() + (clock.skew ?? 0),
    after: (ms, task) => device.after(ms, task),
  };
  return clock;
}
