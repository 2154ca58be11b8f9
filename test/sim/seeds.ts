import type { RunOptions } from "./run.ts";

/** Runs of `count` seeds from `from` on. */
export function* seedsFrom(from: number, count: number): Iterable<RunOptions> {
  for (let seed = from; seed < from + count; seed++) yield { seed };
}
