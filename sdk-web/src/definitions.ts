import { bucket, type Feature, type Features, Plan, type Program } from "@muster/rules";
import { UserState } from "@muster/rules/state";
import { delaysOf, instantsOf } from "./instants.ts";
import type { Definitions, Snapshot } from "./records.ts";
import { isTable } from "./table.ts";
import { View } from "./view.ts";

/** What a segment's answer depends on beside the user's ids. */
interface Needs {
  /** Whether it reads what the user did or is. */
  past: boolean;
  /** The keys of answers that the edge alone can give. */
  given: readonly string[];
}

/** Definitions in memory. */
export interface Loaded extends Definitions {
  plan: Plan;
  needs: ReadonlyMap<string, Needs>;
  /** When decisions change by time alone, in ms since the epoch. */
  instants: readonly number[];
  /** So many ms after a page was shown, too. */
  delays: readonly number[];
  /** The user as a snapshot knows them; throws where its state is none. */
  view(snapshot: Snapshot | undefined): View;
}

/** What few rulesets use is fetched only where this one does, so that it is there before the first decision. */
const FEATURES: { readonly [F in Feature]: () => Pick<Features, F> | Promise<Pick<Features, F>> } = {
  // Its hash names the series of a state too.
  buckets: () => ({ buckets: bucket }),
  dates: () => import("./features/dates.ts"),
  formulas: () => import("./features/formulas.ts"),
  matches: () => import("./features/matches.ts"),
  measures: () => import("./features/measures.ts"),
  sequences: () => import("./features/sequences.ts"),
  versions: () => import("./features/versions.ts"),
};

/** Makes a plan; rejects where the program cannot be read or a part of the engine cannot be fetched. */
export async function loadDefinitions({ version, program, decisions }: Definitions): Promise<Loaded> {
  if (program.format !== 1) throw new Error("format 1 is needed");
  if (!isTable(decisions)) throw new Error("decisions are needed");
  const parts = await Promise.all(program.needs.map((feature) => FEATURES[feature]()));
  const plan = new Plan(program, Object.assign({}, ...parts));
  const view: Loaded["view"] = (snapshot) =>
    new View(plan, new UserState(plan, snapshot?.state), snapshot?.traits);
  const [instants, delays] = [instantsOf(decisions), delaysOf(decisions)];
  return { version, program, decisions, plan, view, needs: findNeeds(program), instants, delays };
}

type Condition = Program["segments"][number][1];

function findNeeds({ operands, tests, segments }: Program): Map<string, Needs> {
  // An operand refers only to those before it.
  const past: boolean[] = [];
  for (const operand of operands) {
    const [kind, tokens] = operand;
    past.push(
      kind === "formula"
        ? tokens.some((token) => Array.isArray(token) && token.length === 1 && past[token[0]])
        : kind !== "bucket",
    );
  }
  const found: Needs[] = [];
  const needsOf = (condition: Condition): Needs => {
    const needs = (past: boolean, given: readonly string[] = []): Needs => ({ past, given });
    if (typeof condition === "boolean") return needs(false);
    switch (condition[0]) {
      case "given":
        return needs(false, [condition[1]]);
      case "segment":
        return found[condition[1]] ?? needs(true);
      case "test": {
        const [operand = -1, , value] = tests[condition[1]] ?? [];
        const other = typeof value === "object" && "operand" in value && past[value.operand];
        return needs(past[operand] || other || false);
      }
      case "all":
      case "any":
      case "not": {
        const [, ...parts] = condition;
        const all = parts.map(needsOf);
        return needs(
          all.some(({ past }) => past),
          [...new Set(all.flatMap(({ given }) => given))],
        );
      }
      default:
        return needs(condition[0] === "sequence");
    }
  };
  for (const [, condition] of segments) found.push(needsOf(condition));
  return new Map(segments.map(([key], at) => [key, found[at] ?? { past: true, given: [] }]));
}
