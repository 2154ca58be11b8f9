import { dates } from "./dates/index.ts";
import { load } from "./engine/evaluate.ts";
import type { Features } from "./engine/features.ts";
import type { Plan } from "./engine/plan.ts";
import { hasSequence } from "./engine/sequence.ts";
import { TraitIndex } from "./engine/trait-index.ts";
import { formulas } from "./formulas/index.ts";
import { link } from "./link/link.ts";
import { matches } from "./matches/index.ts";
import { measures } from "./measures/index.ts";
import { bucket } from "./murmur3.ts";
import type { Ruleset } from "./rule.ts";
import { versions } from "./versions.ts";

/** Every part of the engine, for servers. */
export const ALL_FEATURES: Features = {
  buckets: bucket,
  dates,
  formulas,
  matches,
  measures,
  versions,
  sequences: hasSequence,
  index: (plan) => new TraitIndex(plan),
};

/** Makes a plan of a valid ruleset (`parseRule`, `parseComputed`). */
export function compile(ruleset: Ruleset): Plan {
  return load(link(ruleset), ALL_FEATURES);
}
