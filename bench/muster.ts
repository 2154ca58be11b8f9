import {
  ALL_FEATURES,
  decider,
  evaluate,
  load,
  type Memberships,
  type Program,
  type Rule,
} from "@muster/rules";
import { at, type Decider } from "./engine.ts";
import type { Segment } from "./segments.ts";
import type { User } from "./users.ts";

const NOW = Date.UTC(2026, 0, 1);

/** A segment's rule in Muster's language, whose words the benchmark's segments use. */
export function toRule({ match, conditions }: Segment): Rule {
  return match === "all" ? { all: conditions } : { any: conditions };
}

/** Decides with the public interface alone; `keys` are in the benchmark's order. */
export function decideBy(
  program: Program,
  keys: readonly string[],
  users: readonly User[],
): Decider<Memberships> {
  const plan = load(program, ALL_FEATURES);
  const subjects = users.map(({ id, traits }) => ({ id, traits, events: [] }));
  // A key is looked up once, as the functions of the generated code are.
  const deciders: ReturnType<typeof decider>[] = [];
  return {
    decideOne: (segment, user) => {
      let decide = deciders[segment];
      if (!decide) {
        decide = decider(plan, at(keys, segment));
        deciders[segment] = decide;
      }
      return decide(at(subjects, user), NOW);
    },
    decideAll: (user) => evaluate(plan, at(subjects, user), NOW),
    has: (answers, segment) => answers.has(at(keys, segment)),
  };
}
