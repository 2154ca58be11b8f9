/**
 * Milliseconds of CPU time that this process has taken. Unlike time on the wall this does not count what other
 * processes of a busy machine take; it does count the engine's share of compiling and collecting garbage.
 */
export function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Runs `step` for a while and gives the mean time of one, in ms. The clock is read once a batch. */
export async function timeEach(step: () => void | Promise<void>, batch: number): Promise<number> {
  const start = now();
  let steps = 0;
  do {
    for (let count = 0; count < batch; count++) {
      const pending = step();
      if (pending instanceof Promise) await pending;
    }
    steps += batch;
  } while (now() - start < ROUND_MS);
  return (now() - start) / steps;
}

/** How long a round takes at least. */
const ROUND_MS = 100;
