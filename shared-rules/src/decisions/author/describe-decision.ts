import type { DecisionDefinitions, Experiment, Flag, FlagState } from "../definitions.ts";
import { percentOf, percentsOf } from "./shares.ts";
import type { DecisionKind, Written, WrittenExperiment, WrittenFlag } from "./written.ts";

/** A valid definition of each kind, as a document has it. */
export type Documents = {
  flag: Flag;
  experiment: Experiment;
  campaign: (DecisionDefinitions["campaigns"] & object)[string];
  group: (DecisionDefinitions["groups"] & object)[string];
  holdout: (DecisionDefinitions["holdouts"] & object)[string];
};

function describeState<State extends FlagState>({ rules, ...state }: State) {
  if (!rules) return state;
  return {
    ...state,
    rules: rules.map((rule) => {
      if (!("rollout" in rule)) return rule;
      const { salt: _, places, ...rollout } = rule.rollout;
      return { ...rule, rollout: { weights: percentsOf(places), ...rollout } };
    }),
  };
}

function describeFlag({ scheduled, ...flag }: Flag): WrittenFlag {
  return { ...describeState(flag), ...(scheduled && { scheduled: scheduled.map(describeState) }) };
}

function describeExperiment(experiment: Experiment): WrittenExperiment {
  const { salt: _, iteration: __, arms, allocation, group, ...rest } = experiment;
  return {
    ...rest,
    weights: percentsOf(arms),
    ...(allocation && { allocation: percentOf(allocation) }),
    ...(group && { group: { key: group.key, share: percentOf(group.places) } }),
  };
}

const DESCRIBE: { [Kind in DecisionKind]: (document: Documents[Kind]) => Written[Kind] } = {
  flag: describeFlag,
  experiment: describeExperiment,
  campaign: (campaign) => campaign,
  group: () => ({}),
  holdout: ({ places }) => ({ share: percentOf(places) }),
};

/** A document as a person would have written it: shares to four decimals of a percent. */
export function describeDecision<Kind extends DecisionKind>(
  kind: Kind,
  document: Documents[Kind],
): Written[Kind] {
  return DESCRIBE[kind](document);
}
