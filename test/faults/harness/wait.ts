/** How `expect.poll` waits for a condition: only what hangs takes longer than this, however slow the machine is. */
export const WAIT = { timeout: 30_000, interval: 5 };
