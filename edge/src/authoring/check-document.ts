import type { Problem as RuleProblem } from "@muster/rules";
import { type DecisionDefinitions, type Flag, type FlagState, parseDecisions } from "@muster/rules/decisions";

/** Says whether a definition is private, by its place in a document. */
export type IsPrivate = (path: string) => boolean;

/**
 * Checks a whole document: each definition, what they name, and that nothing that browsers get needs what they
 * do not. The problem's path is one of the document.
 */
export function checkDocument(
  json: unknown,
  isPrivate: IsPrivate,
): { document: DecisionDefinitions } | { problem: RuleProblem } {
  const parsed = parseDecisions(json);
  if (!parsed.ok) return { problem: parsed.problem };
  const problem = findPrivacyProblem(parsed.value, isPrivate);
  return problem ? { problem } : { document: parsed.value };
}

function statesOf(flag: Flag): [path: string, state: FlagState][] {
  const later = (flag.scheduled ?? []).map((state, at): [string, FlagState] => [`/scheduled/${at}`, state]);
  return [["", flag], ...later];
}

/** What public definitions need, each with the path that names it. */
function* needsOf(
  document: DecisionDefinitions,
  isPrivate: IsPrivate,
): Iterable<[needed: string, path: string]> {
  for (const [key, flag] of Object.entries(document.flags ?? {})) {
    const own = `/flags/${key}`;
    if (isPrivate(own)) continue;
    for (const [path, { prerequisites = [], rules = [] }] of statesOf(flag)) {
      for (const [index, one] of prerequisites.entries())
        yield [`/flags/${one.flag}`, `${own}${path}/prerequisites/${index}/flag`];
      for (const [index, rule] of rules.entries())
        if ("experiment" in rule)
          yield [`/experiments/${rule.experiment}`, `${own}${path}/rules/${index}/experiment`];
    }
  }
  for (const [key, { experiment }] of Object.entries(document.campaigns ?? {})) {
    const own = `/campaigns/${key}`;
    if (experiment && !isPrivate(own)) yield [`/experiments/${experiment.key}`, `${own}/experiment/key`];
  }
}

function findPrivacyProblem(document: DecisionDefinitions, isPrivate: IsPrivate): RuleProblem | null {
  for (const [needed, path] of needsOf(document, isPrivate)) {
    if (!isPrivate(needed)) continue;
    const detail = "what browsers decide cannot need what is private: make both private, or none";
    return { code: "needs-private", path, detail };
  }
  const groups = new Map<string, boolean>();
  for (const [key, { group }] of Object.entries(document.experiments ?? {})) {
    if (!group) continue;
    const own = isPrivate(`/experiments/${key}`);
    const others = groups.get(group.key) ?? own;
    groups.set(group.key, others);
    if (own === others) continue;
    const detail = "the experiments of one group are all private, or none is: each depends on the others";
    return { code: "mixed-privacy", path: `/experiments/${key}/group/key`, detail };
  }
  return null;
}
