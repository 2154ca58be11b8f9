import type { DecisionTable } from "@muster/rules/decide";

/** When decisions of this table change by time alone, in ms since the epoch: schedules, starts and ends. */
export function instantsOf({ flags, experiments, placements }: DecisionTable): number[] {
  const running = [...Object.values(experiments), ...Object.values(placements).flat()];
  const states = Object.values(flags).flatMap((flag) => flag.states);
  const all = [...states.map(({ from }) => from), ...running.flatMap(({ start, end }) => [start, end])];
  return [...new Set(all.filter((instant) => instant !== undefined))];
}

/** Ms after a page was shown when prompts of this table may begin. */
export function delaysOf({ placements }: DecisionTable): number[] {
  const delays = Object.values(placements).flatMap((campaigns) => campaigns.map(({ delay }) => delay));
  return [...new Set(delays.filter((delay) => delay !== undefined))];
}
