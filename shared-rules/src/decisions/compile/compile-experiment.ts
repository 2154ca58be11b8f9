import type { Rule, Where } from "../../rule.ts";
import type { DecisionDefinitions, Experiment, Places } from "../definitions.ts";
import { PLACES, tableSplit } from "../places.ts";
import type { TableExperiment, TableSplit } from "../table.ts";
import { conditionsOf } from "./audience.ts";
import type { HiddenSegments } from "./hidden-segments.ts";

type Named = readonly [key: string, experiment: Experiment];

/** The exposures to the current iteration of any of these. */
function exposuresTo(experiments: readonly Named[]): { event: string; where: Where } {
  const exposures = experiments.map(
    ([experiment, { iteration }]): Where => ({
      all: [
        { prop: "experiment", op: "eq", value: experiment },
        { prop: "iteration", op: "eq", value: iteration },
      ],
    }),
  );
  const [only, ...more] = exposures;
  return { event: "$exposure", where: only && !more.length ? only : { any: exposures } };
}

/** Those whose first exposure was to this arm, and, in a group, whose first one to any of it was to this experiment. */
function exposedTo(arm: string, own: Named, others: readonly Named[]): Rule[] {
  const first: Rule = { ...exposuresTo([own]), measure: { first: "variation" }, op: "eq", value: arm };
  if (!others.length) return [first];
  const inGroup = exposuresTo([own, ...others]);
  return [first, { ...inGroup, measure: { first: "experiment" }, op: "eq", value: own[0] }];
}

/** The places between and around these. */
function restOf(places: Places): Places {
  const edges = [0, ...places.flat(), PLACES];
  const rest: [number, number][] = [];
  for (let index = 0; index < edges.length; index += 2) {
    const [from = 0, to = 0] = edges.slice(index, index + 2);
    if (from < to) rest.push([from, to]);
  }
  return rest;
}

/** Who may take part by their places, which are drawn for each purpose under a seed of its own. */
function gatesOf(
  { salt, iteration, allocation, group, holdout }: Experiment,
  { groups = {}, holdouts = {} }: DecisionDefinitions,
): TableSplit[] {
  const gate = (seed: string, places: Places) => tableSplit(seed, { in: places });
  const held = holdout === undefined ? undefined : holdouts[holdout];
  const share = group && groups[group.key];
  return [
    ...(held ? [gate(held.salt, restOf(held.places))] : []),
    ...(share && group ? [gate(share.salt, group.places)] : []),
    ...(allocation ? [gate(`${salt}.${iteration}.allocation`, allocation)] : []),
  ];
}

/** How an experiment assigns. */
export function compileExperiment(
  key: string,
  experiment: Experiment,
  definitions: DecisionDefinitions,
  segments: HiddenSegments,
): TableExperiment {
  const { salt, iteration, unit, arms, audience, group, start, end } = experiment;
  const isDevice = unit === "device";
  const own: Named = [key, experiment];
  const others = Object.entries(definitions.experiments ?? {}).filter(
    ([other, { group: its }]) => group && its?.key === group.key && other !== key,
  );
  const armSegment = (arm: string) =>
    segments.add(`$arm/${key}/${iteration}/${arm}`, exposedTo(arm, own, others)) ?? null;
  const isFree: Rule[] = others.length && !isDevice ? [{ ...exposuresTo(others), op: "eq", value: 0 }] : [];
  const segment = segments.add(`$experiment/${key}`, [...conditionsOf(audience), ...isFree]);
  return {
    iteration,
    ...(isDevice && { device: true }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    arms: Object.keys(arms).map((arm) => [arm, isDevice ? null : armSegment(arm)]),
    ...(segment !== undefined && { segment }),
    gates: gatesOf(experiment, definitions),
    split: tableSplit(`${salt}.${iteration}.arms`, arms),
    ...(isDevice && others.length && { others: others.map(([other, one]) => [other, one.iteration]) }),
  };
}
