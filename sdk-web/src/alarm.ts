import { type Clock, LONGEST_DELAY_MS } from "./clock.ts";

/** Sets an alarm to an instant (ms since the epoch) in place of any earlier setting; null is never. */
export type Alarm = (at: number | null) => void;

/**
 * An alarm that rings once at an instant of the wall clock. The clock may be moved and the machine may
 * sleep, so it looks at the clock again before it rings and whenever it is set.
 */
export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let cancel: (() => void) | undefined;
  const set: Alarm = (at) => {
    cancel?.();
    if (at === null) return;
    const delay = Math.min(Math.max(at - clock.now(), 0), LONGEST_DELAY_MS);
    cancel = clock.after(delay, () => (clock.now() < at ? set(at) : ring()));
  };
  return set;
}
