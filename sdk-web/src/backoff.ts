import { BACKOFF_MS, LONGEST_BACKOFF_MS } from "./bounds.ts";

/**
 * Ms to wait after the `failures`-th failure in a row: exponential with full jitter (Brooker, "Exponential
 * Backoff And Jitter", 2015), and never less than the edge asked for. `random` gives 0 ≤ x < 1.
 */
export function backoff(failures: number, asked: number, random: () => number): number {
  return Math.max(asked, random() * Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** (failures - 1)));
}
