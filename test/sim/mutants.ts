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
  [
    "acknowledgement by count",
    [
      {
        file: "sdk-web/src/live/exchange.ts",
        snippet: "const gone = [...acks.keys(), ...waiting.filter((id) => known.includes(id))];",
        replacement: "const gone = [...pending.keys()].slice(0, acks.size + known.length);",
      },
    ],
  ],
  [
    "no rebase",
    [
      {
        file: "sdk-web/src/replica.ts",
        snippet: "for (const op of this.own) this.#view?.apply(op);",
        replacement: "",
      },
    ],
  ],
]);
