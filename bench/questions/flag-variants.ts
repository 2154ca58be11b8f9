import { askEach } from "../ask-each.ts";
import { type Flag, makeFlags } from "../flags.ts";
import { FLAG_ENGINES, type Question } from "../question.ts";
import { makeUsers } from "../users.ts";

/** Which variant of this flag does this user get? Of three, by shares, where the conditions hold. */
export const question: Question<Flag> = {
  title: "One flag with variants",
  unit: "ns",
  engines: FLAG_ENGINES,
  base: "flags-muster",
  sizes: [100],
  sized: "flags",
  shares: 0.08,
  make: (size) => ({ segments: makeFlags("split", size), users: makeUsers(1_000) }),
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
