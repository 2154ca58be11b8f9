/** Seeds that failed once, each with what it found; they run before all others. */
export const PINNED: readonly { seed: number; found: string }[] = [];
