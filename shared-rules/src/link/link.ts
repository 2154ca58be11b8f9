import { zoneOf } from "../dates/zone.ts";
import type { Program, ProgramCondition } from "../program.ts";
import type { Operand, Rule, Ruleset, SegmentDefinition, Step } from "../rule.ts";
import { Linker } from "./linker.ts";
import { boundedMs } from "./normalise.ts";
import { orderByDependencies } from "./order.ts";

export interface LinkOptions {
  /** Segments whose answers the caller of `evaluate` brings; their rules are not in the program. */
  given?: Iterable<string>;
}

/** The keys of the segments that a rule names. */
function referencesOf(rule: Rule): string[] {
  if ("all" in rule) return rule.all.flatMap(referencesOf);
  if ("any" in rule) return rule.any.flatMap(referencesOf);
  if ("not" in rule) return referencesOf(rule.not);
  return "segment" in rule ? [rule.segment] : [];
}

function isLive({ status = "active" }: SegmentDefinition): boolean {
  return status === "active" || status === "paused";
}

/** The rule that decides a segment; undefined for a list of ids, which a paused segment is too. */
function ruleOf(definition: SegmentDefinition): Rule | undefined {
  return "rule" in definition && definition.status !== "paused" ? definition.rule : undefined;
}

/**
 * Links a ruleset into a program: JSON that `load` turns into a plan. The ruleset's rules are valid
 * (`parseRuleset`); drafts, archived segments and references to them are false.
 */
export function link(ruleset: Ruleset, options: LinkOptions = {}): Program {
  const given = new Set(options.given);
  const zone = zoneOf(ruleset.zone);
  const computed = Object.entries(ruleset.computed ?? {}).map(([name, operand]): [string, Operand] => [
    name,
    typeof operand === "string" ? { formula: operand } : operand,
  ]);
  const linker = new Linker(zone, computed);
  const live = new Map(Object.entries(ruleset.segments).filter(([, definition]) => isLive(definition)));
  const dependenciesOf = (key: string) => {
    const definition = live.get(key);
    const rule = definition && !given.has(key) ? ruleOf(definition) : undefined;
    return rule ? referencesOf(rule).filter((other) => live.has(other)) : [];
  };
  const indices = new Map(orderByDependencies(live.keys(), dependenciesOf).map((key, index) => [key, index]));
  const segments: Program["segments"] = [];

  const step = (source: Step): [number, number | null, boolean] => {
    const atMost = source.atMost ? boundedMs(source.atMost) : null;
    return "not" in source
      ? [linker.series(source.not), atMost, true]
      : [linker.series(source), atMost, false];
  };
  const condition = (rule: Rule, own: number): ProgramCondition => {
    if ("all" in rule) return ["all", ...rule.all.map((part) => condition(part, own))];
    if ("any" in rule) return ["any", ...rule.any.map((part) => condition(part, own))];
    if ("not" in rule) return ["not", condition(rule.not, own)];
    if ("segment" in rule) {
      const index = indices.get(rule.segment);
      // Only what stands before can be referred to: a cycle, which validation refuses, ends here as false.
      return index !== undefined && index < own ? ["segment", index] : false;
    }
    if ("sequence" in rule) {
      linker.needs.add("sequences");
      const steps = rule.sequence.map(step);
      return rule.within ? ["sequence", steps, linker.window(rule.within)] : ["sequence", steps];
    }
    return ["test", linker.test(rule, rule)];
  };
  for (const [key, index] of indices) {
    const definition = live.get(key);
    if (!definition) continue;
    const rule = ruleOf(definition);
    if (given.has(key)) segments.push([key, ["given", key]]);
    else segments.push([key, rule ? condition(rule, index) : ["ids", definition.members ?? []]]);
  }
  return { format: 1, zone: ruleset.zone, needs: [...linker.needs].sort(), ...linker.tables, segments };
}
