import type { Rule, Ruleset } from "../rule.ts";
import { type Problem, pointer, quote } from "./problem.ts";

/** The segments that a rule refers to, each with the path of its reference. */
export function references(rule: Rule): [key: string, path: string][] {
  const found: [string, string][] = [];
  const rest: [Rule, string][] = [[rule, ""]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [part, path] = next;
    if ("segment" in part) found.push([part.segment, pointer(path, "segment")]);
    else if ("not" in part) rest.push([part.not, pointer(path, "not")]);
    else if ("all" in part)
      rest.push(...part.all.map((c, i): [Rule, string] => [c, pointer(path, "all", i)]));
    else if ("any" in part)
      rest.push(...part.any.map((c, i): [Rule, string] => [c, pointer(path, "any", i)]));
  }
  return found;
}

/**
 * Whether saving `rule` under `key` beside `segments` would close a cycle of references (RULES.md §2); a segment
 * that has the key already is replaced. The problem's path is a reference in `rule` that leads back to it.
 */
export function findCycle(key: string, rule: Rule, segments: Ruleset["segments"]): Problem | null {
  const seen = new Set<string>();
  for (const [first, path] of references(rule)) {
    const rest = [first];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      if (next === key) {
        const detail = `the segment ${quote(first)} depends on ${quote(key)}, which would depend on it`;
        return { code: "cycle", path, detail };
      }
      if (seen.has(next)) continue;
      seen.add(next);
      const segment = Object.hasOwn(segments, next) ? segments[next] : undefined;
      if (segment && "rule" in segment)
        rest.push(...references(segment.rule).map(([reference]) => reference));
    }
  }
  return null;
}
