import { askEach } from "../ask-each.ts";
import { type Flag, makeFlags } from "../flags.ts";
import { FLAG_ENGINES, type Question } from "../question.ts";
import { makeUsers } from "../users.ts";

/** Is this flag on for this user? On or off by what is known of them. */
export const question: Question<Flag> = {
  title: "One flag that conditions decide",
  unit: "ns",
  engines: FLAG_ENGINES,
  base: "flags-muster",
  sizes: [100],
  sized: "flags",
  make: (size) => ({ segments: makeFlags("on", size), users: makeUsers(1_000) }),
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
