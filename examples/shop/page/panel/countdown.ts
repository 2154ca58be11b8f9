import { element, say } from "../element.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A stretch of ms as people say it: `14 s`, `4 min 10 s`, `5 h 3 min`, `29 days`. */
function formatWait(ms: number): string {
  if (ms <= 0) return "now";
  const seconds = Math.ceil(ms / SECOND) * SECOND;
  if (seconds < MINUTE) return `${seconds / SECOND} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ${(seconds % MINUTE) / SECOND} s`;
  if (seconds < 2 * DAY)
    return `${Math.floor(seconds / HOUR)} h ${Math.floor((seconds % HOUR) / MINUTE)} min`;
  return `${Math.round(seconds / DAY)} days`;
}

/** The time left until an instant (ms since the epoch); `tick` keeps it going. */
export function countDown(until: number, now: number): HTMLTimeElement {
  const instant = new Date(until).toISOString();
  return element("time", { datetime: instant, "data-until": String(until) }, formatWait(until - now));
}

/** Brings every countdown under `root` up to `now`. */
export function tick(root: Element, now: number): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-until]")) {
    say(time, formatWait(Number(time.dataset.until) - now));
  }
}
