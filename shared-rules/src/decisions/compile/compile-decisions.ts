import type { SegmentDefinition } from "../../rule.ts";
import type { DecisionDefinitions } from "../definitions.ts";
import type { DecisionTable, TableCampaign } from "../table.ts";
import { compileCampaign } from "./compile-campaign.ts";
import { compileExperiment } from "./compile-experiment.ts";
import { compileFlag } from "./compile-flag.ts";
import { HiddenSegments } from "./hidden-segments.ts";

/** What definitions become. */
export interface CompiledDecisions {
  /** To be linked beside the workspace's own; their keys begin with `$`. Lists are ids of users. */
  segments: { readonly [key: string]: SegmentDefinition };
  table: DecisionTable;
}

/** An object whose keys are own ones, in the order of `keys`. */
function map<Part, Result>(
  part: { readonly [key: string]: Part } = {},
  make: (key: string, part: Part) => Result,
): { readonly [key: string]: Result } {
  return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, make(key, one)]));
}

/**
 * Turns valid definitions (`parseDecisions`) into segments, which say whom something is for, and a table, which says
 * what follows from that. `versions`: the versions of the workspace's segments, for decisions to name; without those
 * that whoever gets the table must not hear of.
 */
export function compileDecisions(
  definitions: DecisionDefinitions,
  versions: ReadonlyMap<string, number> = new Map(),
): CompiledDecisions {
  const segments = new HiddenSegments();
  const running = Object.fromEntries(
    Object.entries(definitions.experiments ?? {}).filter(([, { enabled }]) => enabled),
  );
  const placements = new Map<string, TableCampaign[]>();
  const campaigns = Object.entries(definitions.campaigns ?? {})
    .filter(([, { enabled }]) => enabled)
    .sort(([a, { priority: p = 0 }], [b, { priority: q = 0 }]) => q - p || (a < b ? -1 : 1));
  for (const [key, campaign] of campaigns) {
    const compiled = compileCampaign(key, campaign, definitions.caps, segments);
    placements.set(campaign.placement, [...(placements.get(campaign.placement) ?? []), compiled]);
  }
  const table: DecisionTable = {
    format: 1,
    flags: map(definitions.flags, (key, flag) => compileFlag(key, flag, segments, versions)),
    experiments: map(running, (key, one) => compileExperiment(key, one, definitions, segments)),
    placements: Object.fromEntries(placements),
  };
  return { segments: segments.all, table };
}
