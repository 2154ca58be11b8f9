import { type Features, load, type Program } from "@muster/rules";
import { UserState } from "@muster/rules/state";
import type { Loaded, Needs } from "../definitions.ts";
import type { Definitions } from "../records.ts";
import { View } from "../view.ts";

/** Makes a plan, and what it needs to know of a user. */
export function prepare({ version, program }: Definitions, features: Features): Loaded {
  const plan = load(program, features);
  const view: Loaded["view"] = (snapshot) =>
    new View(plan, new UserState(plan, snapshot?.state), snapshot?.traits);
  return { version, program, plan, view, needs: findNeeds(program) };
}

type Condition = Program["segments"][number][1];

function findNeeds({ operands, tests, segments }: Program): Map<string, Needs> {
  // An operand refers only to those before it.
  const past: boolean[] = [];
  for (const operand of operands) {
    const [kind, tokens] = operand;
    past.push(
      kind === "formula"
        ? tokens.some((token) => Array.isArray(token) && token.length === 1 && past[token[0]])
        : kind !== "bucket",
    );
  }
  const found: Needs[] = [];
  const needsOf = (condition: Condition): Needs => {
    const needs = (past: boolean, given: readonly string[] = []): Needs => ({ past, given });
    if (typeof condition === "boolean") return needs(false);
    switch (condition[0]) {
      case "given":
        return needs(false, [condition[1]]);
      case "segment":
        return found[condition[1]] ?? needs(true);
      case "test": {
        const [operand = -1, , value] = tests[condition[1]] ?? [];
        const other = typeof value === "object" && "operand" in value && past[value.operand];
        return needs(past[operand] || other || false);
      }
      case "all":
      case "any":
      case "not": {
        const [, ...parts] = condition;
        const all = parts.map(needsOf);
        return needs(
          all.some(({ past }) => past),
          [...new Set(all.flatMap(({ given }) => given))],
        );
      }
      default:
        return needs(condition[0] === "sequence");
    }
  };
  for (const [, condition] of segments) found.push(needsOf(condition));
  return new Map(segments.map(([key], at) => [key, found[at] ?? { past: true, given: [] }]));
}
