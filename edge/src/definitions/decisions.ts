import { type DecisionDefinitions, type Experiment, type Flag, PARTS } from "@muster/rules/decisions";
import type { DecisionRow, DefinitionRows } from "./rows.ts";

/** All definitions as one document; its parts were checked together when they were saved. */
export function documentOf({ workspace: [workspace], decisions }: DefinitionRows): DecisionDefinitions {
  const parts = Object.entries(PARTS).map(([kind, part]) => {
    const rows = decisions.filter((row) => row.kind === kind);
    return [part, Object.fromEntries(rows.map(({ key, document }) => [key, JSON.parse(document)]))];
  });
  const caps = workspace?.caps ?? null;
  return { ...Object.fromEntries(parts), ...(caps !== null && { caps: JSON.parse(caps) }) };
}

/**
 * What browsers may know of: no private flag or campaign, and of the experiments only those that another one
 * needs, with those of the same exclusion groups.
 */
export function openPartOf(
  document: DecisionDefinitions,
  { decisions }: Pick<DefinitionRows, "decisions">,
): DecisionDefinitions {
  const secret = new Set(
    decisions.filter((row) => row.private !== 0).map(({ kind, key }) => `${kind} ${key}`),
  );
  const open = <Part>(kind: DecisionRow["kind"], part: { readonly [key: string]: Part } = {}) =>
    Object.entries(part).filter(([key]) => !secret.has(`${kind} ${key}`));
  const flags = open("flag", document.flags);
  const campaigns = open("campaign", document.campaigns);
  const experiments = open("experiment", document.experiments);
  const needed = new Set([
    ...flags.flatMap(([, flag]) => experimentsOf(flag)),
    ...campaigns.flatMap(([, { experiment }]) => (experiment ? [experiment.key] : [])),
  ]);
  const groups = new Set(
    experiments.flatMap(([key, { group }]) => (needed.has(key) && group ? [group.key] : [])),
  );
  const isNeeded = ([key, { group }]: [string, Experiment]) =>
    needed.has(key) || (group !== undefined && groups.has(group.key));
  return {
    ...document,
    flags: Object.fromEntries(flags),
    campaigns: Object.fromEntries(campaigns),
    experiments: Object.fromEntries(experiments.filter(isNeeded)),
  };
}

/** The experiments that a flag names, in any of its states. */
function experimentsOf(flag: Flag): string[] {
  return [flag, ...(flag.scheduled ?? [])].flatMap(({ rules = [] }) =>
    rules.flatMap((rule) => ("experiment" in rule ? [rule.experiment] : [])),
  );
}
