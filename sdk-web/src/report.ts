import type { Problem } from "@muster/rules";

/**
 * What can go wrong: `invalid-argument` and `too-large` (the call was dropped), `queue-full` (the operation
 * was dropped), `refused` (the edge did not take an operation, it is kept apart), `unauthorized` (the edge
 * does not take the key, syncing pauses), `no-token` (the application has no token for a user, or none that the edge
 * takes: what is that user's waits), `bad-answer` (the edge cannot be understood; tried again later),
 * `storage` (the disk failed, memory took over), `mismatch` (a local answer differs from the edge's).
 */
export type ProblemCode =
  | "invalid-argument"
  | "too-large"
  | "queue-full"
  | "refused"
  | "unauthorized"
  | "no-token"
  | "bad-answer"
  | "storage"
  | "mismatch";

/** A problem, where it lies (an argument's name, a segment's key or an operation's id), and what would be right. */
export interface ClientProblem extends Problem {
  code: ProblemCode;
}

export type Report = (code: ProblemCode, path: string, detail: unknown) => void;

/** Runs the application's own code; what it throws is shown as its own error and goes no further. */
export function callHost<Argument>(
  callback: ((argument: Argument) => void) | undefined,
  argument: Argument,
): void {
  try {
    callback?.(argument);
  } catch (error) {
    globalThis.reportError?.(error);
  }
}

/** Tells the application of problems, and counts those that its status names. */
export function createReport(onError: ((problem: ClientProblem) => void) | undefined) {
  const counts = { faults: 0, dropped: 0, mismatches: 0 };
  const report: Report = (code, path, detail) => {
    if (code === "queue-full") counts.dropped++;
    if (code === "storage") counts.faults++;
    if (code === "mismatch") counts.mismatches++;
    callHost(onError, { code, path, detail: String(detail) });
  };
  return { report, counts };
}
