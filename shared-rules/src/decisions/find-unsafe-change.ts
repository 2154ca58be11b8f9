import { attempt, type Problem, quote, refuse } from "../parse/problem.ts";
import type { DecisionDefinitions } from "./definitions.ts";
import { allOf, saltsOf } from "./parse/check-references.ts";

/**
 * Whether replacing valid definitions by others would break a promise to those who were drawn already: a salt that
 * changes, or, without a new iteration, an arm that goes, another unit or another group. The path is one of `after`.
 */
export function findUnsafeChange(before: DecisionDefinitions, after: DecisionDefinitions): Problem | null {
  const checked = attempt(() => {
    const salts = new Map(saltsOf(allOf(before)).map(([owner, , salt]) => [owner, salt]));
    for (const [owner, path, salt] of saltsOf(allOf(after))) {
      if ((salts.get(owner) ?? salt) !== salt)
        refuse(path, "salt-changed", `the salt of ${owner} was ${quote(salts.get(owner))}, and stays so`);
    }
    const old = new Map(Object.entries(before.experiments ?? {}));
    for (const [key, { iteration, arms, unit = "user", group }] of Object.entries(after.experiments ?? {})) {
      const was = old.get(key);
      const path = `/experiments/${key}`;
      if (!was || iteration > was.iteration) continue;
      if (iteration < was.iteration)
        refuse(`${path}/iteration`, "iteration-back", `the iteration was ${was.iteration} already`);
      if ((was.unit ?? "user") !== unit)
        refuse(`${path}/unit`, "unit-changed", "another unit needs a new iteration");
      if (group && was.group?.key !== group.key)
        refuse(
          `${path}/group/key`,
          "group-joined",
          "who was exposed already may be in another of the group: a new iteration is needed",
        );
      const gone = Object.keys(was.arms).find((arm) => !Object.hasOwn(arms, arm));
      if (gone !== undefined)
        refuse(
          `${path}/arms`,
          "arm-removed",
          `the arm ${quote(gone)} has no places, or needs a new iteration`,
        );
    }
  });
  return checked.ok ? null : checked.problem;
}
