import { setTimeout as sleep } from "node:timers/promises";
import { backoff } from "@muster/rules/delivery";
import { BOUNDS } from "./bounds.ts";
import { MusterError, toMusterError } from "./error.ts";

export interface RetryOptions {
  /** Gives up, with code `aborted`. */
  signal?: AbortSignal | undefined;
  /** ms after which no further attempt begins. */
  patience: number;
  /** Nobody waits for the outcome: the pauses keep no program from ending. */
  background?: boolean;
  /** Told of each failed attempt that will be repeated after `wait` ms. */
  onRetry?: (error: MusterError, wait: number) => void;
}

/** Runs `attempt` until it succeeds, fails for good, or patience ends; rejects with the last MusterError. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const started = performance.now();
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = toMusterError(thrown);
      const wait = backoff(failures, error.retryAfter, BOUNDS.backoff);
      const late = performance.now() - started + wait > options.patience;
      if (!error.retryable || late || options.signal?.aborted) throw error;
      options.onRetry?.(error, wait);
      await pause(wait, options, error);
    }
  }
}

async function pause(
  ms: number,
  { signal, background = false }: RetryOptions,
  error: MusterError,
): Promise<void> {
  try {
    await sleep(ms, undefined, { ref: !background, ...(signal === undefined ? {} : { signal }) });
  } catch {
    throw new MusterError("aborted", `given up after: ${error.message}`, { cause: error });
  }
}
