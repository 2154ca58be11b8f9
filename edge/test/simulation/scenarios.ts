import { buying, converting } from "./behaviours.ts";
import type { Scenario } from "./scenario.ts";

const PAIR = { looks: 100, usersPerLook: 200, binary: true };
const FOUR = { looks: 100, usersPerLook: 400, binary: true };

/** Experiments whose arms do not differ: whatever is found is false. */
export const SAME: readonly Scenario[] = [
  { ...PAIR, name: "10 % convert, 2 arms", arms: [converting(0.1), converting(0.1)] },
  {
    ...FOUR,
    name: "10 % convert, 4 arms",
    arms: [converting(0.1), converting(0.1), converting(0.1), converting(0.1)],
  },
  { ...PAIR, name: "0.5 % convert, arms 90:10", arms: [converting(0.005, 9), converting(0.005)] },
  { ...PAIR, name: "skewed amounts, 2 arms", binary: false, arms: [buying(0.05), buying(0.05)] },
  {
    ...FOUR,
    name: "skewed amounts, 4 arms",
    binary: false,
    arms: [buying(0.05), buying(0.05), buying(0.05), buying(0.05)],
  },
  { ...PAIR, name: "skewed amounts, arms 90:10", binary: false, arms: [buying(0.05, 9), buying(0.05)] },
  {
    ...PAIR,
    name: "10 % convert, watched for ten times the plan",
    arms: [converting(0.1), converting(0.1)],
    plannedUsers: 2_000,
  },
  {
    ...PAIR,
    name: "10 % convert, late",
    arms: [converting(0.1), converting(0.1)],
    exposedUntil: 50,
    delay: 20,
  },
];

/** Experiments whose last arm is better. */
export const DIFFERENT: readonly Scenario[] = [
  { ...PAIR, name: "10 % → 12 % convert, 2 arms", arms: [converting(0.1), converting(0.12)] },
  {
    ...FOUR,
    name: "10 % → 12 % convert in one of 4 arms",
    arms: [converting(0.1), converting(0.1), converting(0.1), converting(0.12)],
  },
  {
    ...PAIR,
    name: "skewed amounts, half as many buyers again",
    binary: false,
    arms: [buying(0.05), buying(0.075)],
  },
];

/**
 * Where the promise of intervals wears thin: few convert in the smaller arm, and its values truly vary three
 * times as much.
 */
export const STRAINED: Scenario = {
  ...PAIR,
  name: "0.5 % → 1.5 % convert, arms 90:10",
  arms: [converting(0.005, 9), converting(0.015)],
};

/** An experiment that gets 52 % of its users into the arm that was to have half of them. */
export const MISMATCHED: Scenario = {
  ...PAIR,
  name: "52:48 instead of 50:50",
  arms: [
    { ...converting(0.1), share: 52 },
    { ...converting(0.1), share: 48 },
  ],
};
