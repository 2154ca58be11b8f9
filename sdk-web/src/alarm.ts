import { ALARM_MS } from "./bounds.ts";
import { type Clock, LONGEST_DELAY_MS } from "./clock.ts";

/** Sets an alarm to an instant (ms since the epoch) in place of any earlier setting; null is never. */
export type Alarm = (at: number | null) => void;

/**
 * An alarm that rings once at an instant of the wall clock. The clock may be moved and the machine may
 * sleep, so it looks at the clock again before it rings and whenever it is set. It rings no sooner than
 * `ALARM_MS` after it rang before: a formula of `now` changes with every ms, and a page has other things to do.
 */
export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let cancel: (() => void) | undefined;
  let rang = Number.NEGATIVE_INFINITY;
  const set: Alarm = (at) => {
    cancel?.();
    if (at === null) return;
    const now = clock.now();
    // A clock that was set back since does not make the pause longer.
    const pause = Math.min(rang + ALARM_MS - now, ALARM_MS);
    cancel = clock.after(Math.min(Math.max(at - now, pause, 0), LONGEST_DELAY_MS), () => {
      if (clock.now() < at) return set(at);
      rang = clock.now();
      ring();
    });
  };
  return set;
}
