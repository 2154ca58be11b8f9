import { askEach } from "../ask-each.ts";
import { type Flag, makeFlags } from "../flags.ts";
import { FLAG_ENGINES, type Question } from "../question.ts";
import { makeUsers } from "../users.ts";

/** Is this flag on for this user? For a percentage of those whom the conditions hold for. */
export const question: Question<Flag> = {
  title: "One flag for a percentage",
  unit: "ns",
  engines: FLAG_ENGINES,
  base: "flags-muster",
  sizes: [100],
  sized: "flags",
  shares: 0.08,
  make: (size) => ({ segments: makeFlags("rollout", size), users: makeUsers(1_000) }),
  rounds: 9,
  cold: false,
  goals: FLAG_ENGINES.slice(1).map((against) => ({
    engine: "flags-muster",
    segments: 100,
    against,
    most: 1,
  })),
  measure: askEach,
};
