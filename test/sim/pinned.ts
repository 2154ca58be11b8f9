/** Seeds that failed once, each with what it found; they run before all others. */
export const PINNED: readonly { seed: number; found: string }[] = [
  { seed: 40, found: "an erasure cleared the disk of what another tab had written since" },
  { seed: 899, found: "a user who came in the moment of an erasure was taken for the erased one" },
  { seed: 1464, found: "the same, with traits" },
  {
    seed: 2386,
    found: "what a tab that is gone failed to write was in memory only, and a later tab never had it",
  },
  {
    seed: 20_996,
    found: "a tab that died as it had erased the user told nobody, and what another tab did next was lost",
  },
  { seed: 4909, found: "a device that set its clock back had exposed in its future, and drew another arm" },
];
