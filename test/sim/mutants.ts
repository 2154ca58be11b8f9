import type { Patch } from "./bundle.ts";

/** Deliberate bugs, one for each thing that the simulation is there to find. */
export const MUTANTS: ReadonlyMap<string, readonly Patch[]> = new Map([
  [
    "no deduplication",
    [
      {
        file: "edge/src/profiles/working-set.ts",
        snippet: `if (profile.known.has(operation.id) || guest?.known.has(operation.id) === true) return "duplicate";`,
        replacement: "",
      },
    ],
  ],
]);
