/** Seeds that failed once, each with what it found; they run before all others. */
export const PINNED: readonly { seed: number; found: string }[] = [
  { seed: 40, found: "an erasure cleared the disk of what another tab had written since" },
  { seed: 899, found: "a user who came in the moment of an erasure was taken for the erased one" },
  { seed: 1464, found: "the same, with traits" },
];
