import { type Feature, type Features, load, type Plan, type Program } from "@muster/rules";
import type { Definitions } from "./records.ts";

/** Definitions in memory. */
export interface Loaded extends Definitions {
  plan: Plan;
  /** The answers of the edge that each segment depends on, by their keys. */
  given: ReadonlyMap<string, readonly string[]>;
}

/** What few rulesets use is fetched only where this one does, so that it is there before the first decision. */
const FEATURES: { readonly [F in Feature]: () => Promise<Pick<Features, F>> } = {
  buckets: () => import("./features/buckets.ts"),
  dates: () => import("./features/dates.ts"),
  formulas: () => import("./features/formulas.ts"),
  matches: () => import("./features/matches.ts"),
  measures: () => import("./features/measures.ts"),
  sequences: () => import("./features/sequences.ts"),
  versions: () => import("./features/versions.ts"),
};

/** Makes a plan; rejects where the program cannot be read or a part of the engine cannot be fetched. */
export async function loadDefinitions({ version, program }: Definitions): Promise<Loaded> {
  if (program.format !== 1) throw new Error("format 1 is needed");
  const parts = await Promise.all(program.needs.map((feature) => FEATURES[feature]()));
  return { version, program, plan: load(program, Object.assign({}, ...parts)), given: findGiven(program) };
}

type Condition = Program["segments"][number][1];

/** The keys of the answers that a condition needs; `known` has those of the segments before it. */
function givenIn(condition: Condition, known: readonly string[][]): string[] {
  if (typeof condition === "boolean") return [];
  switch (condition[0]) {
    case "given":
      return [condition[1]];
    case "segment":
      return known[condition[1]] ?? [];
    case "all":
    case "any":
    case "not": {
      const [, ...parts] = condition;
      return [...new Set(parts.flatMap((part) => givenIn(part, known)))];
    }
    default:
      return [];
  }
}

function findGiven({ segments }: Program): Map<string, string[]> {
  const known: string[][] = [];
  return new Map(
    segments.map(([key, condition]) => {
      const given = givenIn(condition, known);
      known.push(given);
      return [key, given];
    }),
  );
}
