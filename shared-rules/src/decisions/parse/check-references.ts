import { LIMITS } from "../../limits.ts";
import { quote, refuse } from "../../parse/problem.ts";
import type {
  DecisionDefinitions,
  Experiment,
  Flag,
  FlagRule,
  FlagState,
  Prerequisite,
} from "../definitions.ts";
import { refuseOverlaps } from "./read-places.ts";

/** Definitions with nothing left out. */
type AllDefinitions = Required<DecisionDefinitions>;

export function allOf(definitions: DecisionDefinitions): AllDefinitions {
  return { flags: {}, experiments: {}, campaigns: {}, groups: {}, holdouts: {}, caps: {}, ...definitions };
}

function find<Part>(part: { readonly [key: string]: Part }, key: string, path: string, what: string): Part {
  const found = Object.hasOwn(part, key) ? part[key] : undefined;
  if (found === undefined) refuse(path, `unknown-${what}`, `there is no ${what} ${quote(key)}`);
  return found;
}

/** The states of a flag, each with its path. */
function statesOf(key: string, flag: Flag): [path: string, state: FlagState][] {
  const later = (flag.scheduled ?? []).map((state, index): [string, FlagState] => [
    `/flags/${key}/scheduled/${index}`,
    state,
  ]);
  return [[`/flags/${key}`, flag], ...later];
}

function rulesOf(key: string, flag: Flag): [path: string, rule: FlagRule][] {
  return statesOf(key, flag).flatMap(([path, { rules = [] }]) =>
    rules.map((rule, index): [string, FlagRule] => [`${path}/rules/${index}`, rule]),
  );
}

function prerequisitesOf(key: string, flag: Flag): [path: string, prerequisite: Prerequisite][] {
  return statesOf(key, flag).flatMap(([path, { prerequisites = [] }]) =>
    prerequisites.map((one, index): [string, Prerequisite] => [`${path}/prerequisites/${index}`, one]),
  );
}

function checkFlags({ flags, experiments }: AllDefinitions): void {
  for (const [key, flag] of Object.entries(flags)) {
    for (const [path, rule] of rulesOf(key, flag)) {
      if (!("experiment" in rule)) continue;
      const { arms } = find(experiments, rule.experiment, `${path}/experiment`, "experiment");
      for (const arm of Object.keys(arms)) find(flag.variations, arm, `${path}/experiment`, "variation");
    }
    for (const [path, { flag: other, in: variations }] of prerequisitesOf(key, flag)) {
      const { variations: known } = find(flags, other, `${path}/flag`, "flag");
      for (const [index, variation] of variations.entries())
        find(known, variation, `${path}/in/${index}`, "variation");
    }
  }
}

/** Refuses flags that need themselves, or too many one behind the other. */
function checkChains({ flags }: AllDefinitions): void {
  const lengths = new Map<string, number>();
  const open = new Set<string>();
  const measure = (key: string, path: string, before: number): number => {
    if (open.has(key)) refuse(path, "cycle", `the flag ${quote(key)} needs itself`);
    open.add(key);
    let length = lengths.get(key) ?? 1;
    if (before + length > LIMITS.prerequisiteChain) {
      refuse(
        path,
        "limit-prerequisiteChain",
        `at most ${LIMITS.prerequisiteChain} flags stand one behind the other`,
      );
    }
    if (!lengths.has(key)) {
      for (const [at, { flag }] of prerequisitesOf(key, find(flags, key, path, "flag")))
        length = Math.max(length, 1 + measure(flag, `${at}/flag`, before + 1));
      lengths.set(key, length);
    }
    open.delete(key);
    return length;
  };
  for (const key of Object.keys(flags)) measure(key, `/flags/${key}`, 0);
}

/** The members of each exclusion group, with the paths of their places. */
function checkExperiments({ experiments, groups, holdouts }: AllDefinitions): void {
  const members = new Map<string, [key: string, experiment: Experiment][]>();
  for (const [key, experiment] of Object.entries(experiments)) {
    const path = `/experiments/${key}`;
    const { group, holdout, start, end } = experiment;
    if (start !== undefined && end !== undefined && end <= start)
      refuse(`${path}/end`, "invalid-value", "an experiment ends after its start");
    if (holdout !== undefined) find(holdouts, holdout, `${path}/holdout`, "holdout");
    if (!group) continue;
    find(groups, group.key, `${path}/group/key`, "group");
    const others = members.get(group.key) ?? [];
    members.set(group.key, others);
    others.push([key, experiment]);
    if (others.length > LIMITS.group)
      refuse(`${path}/group`, "limit-group", `a group holds at most ${LIMITS.group} experiments`);
    if ((others[0]?.[1].unit ?? "user") !== (experiment.unit ?? "user"))
      refuse(`${path}/unit`, "mixed-units", "the experiments of one group have one unit");
  }
  for (const group of members.values())
    refuseOverlaps(
      group.map(([key, { group }]) => [`/experiments/${key}/group/places`, group?.places ?? []]),
    );
}

function checkCampaigns({ campaigns, experiments }: AllDefinitions): void {
  for (const [key, { experiment, start, end }] of Object.entries(campaigns)) {
    const path = `/campaigns/${key}`;
    if (start !== undefined && end !== undefined && end <= start)
      refuse(`${path}/end`, "invalid-value", "a campaign ends after its start");
    if (!experiment) continue;
    const { arms } = find(experiments, experiment.key, `${path}/experiment/key`, "experiment");
    for (const arm of Object.keys(experiment.contents))
      find(arms, arm, `${path}/experiment/contents/${arm}`, "arm");
  }
}

/** Every salt with its path and whose it is: a rule keeps its salt through all states of a flag. */
export function saltsOf({
  flags,
  experiments,
  groups,
  holdouts,
}: AllDefinitions): [owner: string, path: string, salt: string][] {
  const salted = (kind: string, part: { readonly [key: string]: { salt: string } }) =>
    Object.entries(part).map(([key, { salt }]): [string, string, string] => {
      const path = `/${kind}/${key}`;
      return [path, `${path}/salt`, salt];
    });
  const rollouts = Object.entries(flags).flatMap(([key, flag]) =>
    rulesOf(key, flag).flatMap(([path, rule]): [string, string, string][] =>
      "rollout" in rule ? [[`/flags/${key}/${rule.key}`, `${path}/rollout/salt`, rule.rollout.salt]] : [],
    ),
  );
  return [
    ...rollouts,
    ...salted("experiments", experiments),
    ...salted("groups", groups),
    ...salted("holdouts", holdouts),
  ];
}

function checkSalts(definitions: AllDefinitions): void {
  const owners = new Map<string, string>();
  for (const [owner, path, salt] of saltsOf(definitions)) {
    const other = owners.get(salt) ?? owner;
    if (other !== owner) refuse(path, "duplicate-salt", `the salt ${quote(salt)} is that of ${other}`);
    owners.set(salt, owner);
  }
}

/** Refuses what does not fit together; each definition by itself has been read. */
export function checkReferences(given: DecisionDefinitions): void {
  const definitions = allOf(given);
  checkFlags(definitions);
  checkChains(definitions);
  checkExperiments(definitions);
  checkCampaigns(definitions);
  checkSalts(definitions);
}
