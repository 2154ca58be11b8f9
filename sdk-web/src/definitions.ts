import type { Feature, Features, Plan } from "@muster/rules";
import type { Definitions, Snapshot } from "./records.ts";
import type { View } from "./view.ts";

/** What a segment's answer depends on beside the user's ids. */
export interface Needs {
  /** Whether it reads what the user did or is. */
  past: boolean;
  /** The keys of answers that the edge alone can give. */
  given: readonly string[];
}

/** Definitions in memory. */
export interface Loaded extends Definitions {
  plan: Plan;
  needs: ReadonlyMap<string, Needs>;
  /** The user as a snapshot knows them; throws where its state is none. */
  view(snapshot: Snapshot | undefined): View;
}

/** What few rulesets use is fetched only where this one does, so that it is there before the first decision. */
const FEATURES: { readonly [F in Feature]: () => Promise<Pick<Features, F>> } = {
  buckets: () => import("./features/buckets.ts"),
  dates: () => import("./features/dates.ts"),
  formulas: () => import("./features/formulas.ts"),
  matches: () => import("./features/matches.ts"),
  sequences: () => import("./features/sequences.ts"),
  versions: () => import("./features/versions.ts"),
};

/** Makes a plan; rejects where the program cannot be read or a part of the engine cannot be fetched. */
export async function loadDefinitions(definitions: Definitions): Promise<Loaded> {
  const { format, needs } = definitions.program;
  if (format !== 1) throw new Error("format 1 is needed");
  const [{ prepare }, ...parts] = await Promise.all([
    import("./features/prepare.ts"),
    ...needs.map((feature) => FEATURES[feature]()),
  ]);
  return prepare(definitions, Object.assign({}, ...parts));
}
