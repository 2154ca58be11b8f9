import { link, parseRule, type Rule } from "@muster/rules";
import type { Engine } from "../engine.ts";
import { decideBy, toRule } from "../muster.ts";

/** From rules as people store them: each is validated, then all are linked. */
export const engine: Engine = {
  write: (segments) => JSON.stringify(segments.map((segment) => [segment.key, toRule(segment)])),
  open(text, users) {
    const rules: [key: string, rule: unknown][] = JSON.parse(text);
    const segments = Object.fromEntries(rules.map(([key, json]) => [key, { rule: parse(json) }]));
    return decideBy(link({ zone: "UTC", segments }), Object.keys(segments), users);
  },
};

function parse(json: unknown): Rule {
  const parsed = parseRule(json);
  if (!parsed.ok) throw new Error(`${parsed.problem.path}: ${parsed.problem.detail}`);
  return parsed.value;
}
