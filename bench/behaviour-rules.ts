import { ALL_FEATURES, link, load, type Plan, type Rule } from "@muster/rules";
import type { Behaviour } from "./behaviour.ts";

/** A behaviour in the rule language. */
function toRule({ event, measure, days, op, value }: Behaviour): Rule {
  const within = { days };
  const compared = op === "eq" ? { op, value } : { op, value };
  switch (measure) {
    case "count":
      return { event, within, ...compared };
    case "sum":
      return { event, measure: { sum: "amount" }, within, ...compared };
    case "avg":
      return { event, measure: { avg: "amount" }, within, ...compared };
    case "recency":
      return { event, measure: "lastTime", op: "within", value: within };
  }
}

/** The program that an edge would ship, a segment a behaviour, and the keys in the benchmark's order. */
export function writeBehaviours(behaviours: readonly Behaviour[]): string {
  const segments = Object.fromEntries(behaviours.map((one) => [one.key, { rule: toRule(one) }]));
  return JSON.stringify({ program: link({ zone: "UTC", segments }), keys: Object.keys(segments) });
}

export function loadBehaviours(text: string): { plan: Plan; keys: readonly string[] } {
  const { program, keys } = JSON.parse(text);
  return { plan: load(program, ALL_FEATURES), keys };
}
