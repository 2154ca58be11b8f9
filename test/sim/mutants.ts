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
        snippet: "for (const op of this.pending.values()) this.#see(op);",
        replacement: "",
      },
    ],
  ],
  [
    "an arm drawn anew",
    [
      {
        file: "shared-rules/src/decisions/decide/assign.ts",
        snippet: "if (bound) return assignment(bound[0]);",
        replacement: "",
      },
    ],
  ],
  [
    "the last exposure binds",
    [
      {
        file: "shared-rules/src/decisions/compile/compile-experiment.ts",
        snippet: 'measure: { first: "variation" }',
        replacement: 'measure: { last: "variation" }',
      },
    ],
  ],
  [
    "an arm let go while the user is not known",
    [
      {
        file: "sdk-web/src/decider.ts",
        snippet: "const kept = ask(decide, decisions.guess);",
        replacement: "const kept = ask(decide);",
      },
    ],
  ],
  [
    "exposures under any id",
    [
      {
        file: "sdk-web/src/exposures.ts",
        snippet: "const at = { ...stamp(), id };",
        replacement: "const at = stamp();",
      },
    ],
  ],
  [
    "an exposure once the page is idle",
    [
      {
        file: "sdk-web/src/exposures.ts",
        snippet: "if (exposures.has(id) || pending.has(id) || parked.has(PARKED_OP + id)) return;",
        replacement: "if (pending.size > 0) return;",
      },
    ],
  ],
  [
    "prompts claimed without a look",
    [{ file: "sdk-web/src/show-prompts.ts", snippet: "await journal.look();", replacement: "" }],
  ],
]);
