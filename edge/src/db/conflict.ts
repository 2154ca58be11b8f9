import { Problem } from "../problem.ts";
import type { Runtime } from "../runtime.ts";

const ATTEMPTS = 8;

/** What was read in several steps changed between them. */
export class Stale extends Error {}

/** Whether a batch was rolled back, or reading was given up, because what it was based on had changed in the meantime. */
export function isConflict(error: unknown): boolean {
  return (
    error instanceof Stale ||
    (error instanceof Error && /(UNIQUE|CHECK) constraint failed/i.test(error.message))
  );
}

/** Whether D1 itself says that it cannot answer now but may in a moment. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof Error &&
    /overloaded|network connection lost|exceeded timeout|transient issue|internal error|reset because/i.test(
      error.message,
    )
  );
}

/** Answers that the same request will do a moment later. */
export function busy(): Problem {
  return new Problem("busy", "Nothing is lost: send it again in a moment.", {
    headers: { "retry-after": "1" },
  });
}

/**
 * Does `work` again, from its reading on, as long as it meets concurrent writers.
 * @throws Problem `busy` when it met them too often
 */
export async function retryConflicts<Result>(runtime: Runtime, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error)) throw error;
      await runtime.wait(runtime.random() * 10 * 2 ** attempt);
    }
  }
  throw busy();
}
