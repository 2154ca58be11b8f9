import type { Random } from "./random.ts";

/** How the users of one arm behave. */
export interface Behaviour {
  /** The arm's intended share of users, relative to the other arms' weights. */
  weight: number;
  /** The share of users that really get into this arm, relative to the others'; without it, the weight. */
  share?: number;
  /** One user's value; most are 0. */
  value: (random: Random) => number;
  /** What the mean of the values truly is. */
  mean: number;
  /** What their variance truly is. */
  variance: number;
}

/** An experiment that is looked at all the way. */
export interface Scenario {
  name: string;
  /** The first arm is the control. */
  arms: readonly Behaviour[];
  /** Whether values are 0 or 1. */
  binary: boolean;
  /** How often results are looked at. */
  looks: number;
  /** Users, over all arms, exposed between two looks. */
  usersPerLook: number;
  /** After this look nobody is exposed any more; without it, users come until the end. */
  exposedUntil?: number;
  /** Users per pair of arms that the experiment is planned for; without it, all that come. */
  plannedUsers?: number;
  /** Looks until a value that is not 0 is known, on average (exponentially distributed); without it, none. */
  delay?: number;
}

export function plannedUsersOf({ arms, looks, usersPerLook, exposedUntil, plannedUsers }: Scenario): number {
  return plannedUsers ?? Math.ceil(((exposedUntil ?? looks) * usersPerLook * 2) / arms.length);
}
