import type { Strike } from "./faults.ts";
import type { RunOptions, RunResult } from "./run.ts";

const KINDS: readonly Omit<Strike, "k">[] = [
  { at: "d1", how: "d1FailBefore" },
  { at: "d1", how: "d1FailAfter" },
  { at: "d1", how: "edgeCrashBefore" },
  { at: "d1", how: "edgeCrashAfter" },
  { at: "disk", how: "diskFail" },
];

/** The runs of a seed in which one fault strikes: each kind of fault, at each call that a run without faults makes. */
export function strikesOf({ seed, calls }: RunResult): RunOptions[] {
  return KINDS.flatMap(({ at, how }) =>
    Array.from({ length: calls[at] }, (_, k): RunOptions => ({ seed, strike: { at, how, k } })),
  );
}
