import type { Decider } from "./engine.ts";
import { type Condition, isOptional, makeSegments } from "./segments.ts";

/** A flag: what it serves to whom its conditions hold for. Everyone else gets it off. */
export interface Flag {
  key: string;
  match: "all" | "any";
  /** On traits that every user has: not all engines decide by themselves where one is missing. */
  conditions: Condition[];
  serve: Serving;
}

export type Serving =
  | { kind: "on" }
  /** On for a percentage. */
  | { kind: "rollout"; percentage: number }
  /** A text for each share in percent; the shares add up to 100. */
  | { kind: "split"; shares: readonly (readonly [text: string, percentage: number])[] };

/** What everyone else gets of a flag with texts. */
export const OFF = "off";

/** The text of a split that counts as yes where the benchmark compares answers. */
export const ASKED = "b";

const SHARES = [
  ["a", 50],
  ["b", 30],
  ["c", 20],
] as const;

/** So many flags of a kind. Those that draw have few conditions, so that there are enough people to draw for. */
export function makeFlags(kind: Serving["kind"], count: number): Flag[] {
  const usable = makeSegments(4 * count)
    .map(({ match, conditions }) => ({
      match,
      conditions: conditions.filter(({ trait }) => !isOptional(trait)),
    }))
    .filter(({ conditions }) => conditions.length > 0);
  return usable.slice(0, count).map(({ match, conditions }, index) => ({
    key: `flag-${index}`,
    match: kind === "on" ? match : "any",
    conditions: kind === "on" ? conditions : conditions.slice(0, 2),
    serve: servingOf(kind, index),
  }));
}

function servingOf(kind: Serving["kind"], index: number): Serving {
  if (kind === "on") return { kind };
  return kind === "rollout" ? { kind, percentage: 10 + 10 * (index % 9) } : { kind, shares: SHARES };
}

/** The conditions of a flag in groups: those of a group must all hold, and one group that holds is enough. */
export function groupsOf<Translated>(
  { match, conditions }: Flag,
  translate: (condition: Condition) => readonly Translated[],
): Translated[][] {
  return match === "all" ? [conditions.flatMap(translate)] : conditions.map((one) => [...translate(one)]);
}

/** For SDKs that answer with a promise. */
export function decideEachLater(
  count: number,
  decideOne: (flag: number, user: number) => Promise<boolean>,
): Decider<boolean[]> {
  return {
    decideOne,
    decideAll: async (user) => {
      const answers: boolean[] = [];
      for (let flag = 0; flag < count; flag++) answers.push(await decideOne(flag, user));
      return answers;
    },
    has: (answers, flag) => answers[flag] === true,
  };
}
