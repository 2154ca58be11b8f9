import { Random } from "./random.ts";
import { TRAITS, type Trait } from "./traits.ts";

type On<C> = C & { trait: string };

/** One condition, in the words of the rule language; each engine translates it into its own. */
export type Condition = On<
  | { op: "eq" | "neq"; value: string | number | boolean }
  | { op: "in" | "notIn"; value: readonly string[] }
  | { op: "contains" | "startsWith"; value: string }
  | { op: "gt" | "gte" | "lt" | "lte"; value: number }
  | { op: "between"; value: readonly [low: number, high: number] }
  | { op: "exists" }
>;

export interface Segment {
  key: string;
  match: "all" | "any";
  /** 1–8, each on a trait of its own. */
  conditions: Condition[];
}

export function makeSegments(count: number, seed = 1): Segment[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => {
    const traits = random.shuffle(TRAITS, random.integer(1, 8));
    return {
      key: `segment-${index}`,
      match: random.unit() < 0.7 ? "all" : "any",
      conditions: traits.map((trait) => ({ trait: trait.name, ...makeComparison(trait, random) })),
    };
  });
}

function makeComparison(trait: Trait, random: Random) {
  if (trait.type === "boolean") return { op: "eq" as const, value: random.unit() < 0.5 };
  return trait.type === "text" ? compareText(trait, random) : compareNumber(trait, random);
}

/**
 * Negations stand only on traits that every user has: LaunchDarkly answers false for a missing attribute,
 * negated or not.
 */
function compareText(trait: Trait & { type: "text" }, random: Random) {
  const negate = trait.group === undefined && random.unit() < 0.3;
  if (trait.parts && random.unit() < 0.6) {
    return { op: random.pick(["contains", "startsWith"] as const), value: random.pick(trait.parts) };
  }
  if (random.unit() < 0.5) {
    return { op: negate ? ("neq" as const) : ("eq" as const), value: random.pick(trait.values) };
  }
  const most = Math.min(8, trait.values.length - 1);
  const value = random.shuffle(trait.values, random.integer(2, most));
  return { op: negate ? ("notIn" as const) : ("in" as const), value };
}

function compareNumber(trait: Trait & { type: "number" }, random: Random) {
  if (trait.group !== undefined && random.unit() < 0.15) return { op: "exists" as const };
  const bound = () =>
    trait.low + trait.step * random.integer(1, Math.floor((trait.high - trait.low) / trait.step));
  if (random.unit() < 0.2) {
    const [a, b] = [bound(), bound()];
    return { op: "between" as const, value: [Math.min(a, b), Math.max(a, b)] as const };
  }
  if (random.unit() < 0.05) return { op: "eq" as const, value: bound() };
  return { op: random.pick(["gt", "gte", "lt", "lte"] as const), value: bound() };
}

const OPTIONAL = new Set(TRAITS.filter(({ group }) => group !== undefined).map(({ name }) => name));

/** Whether some users lack the trait. */
export const isOptional = (trait: string): boolean => OPTIONAL.has(trait);

/** Whether an engine that reads what is missing as 0 needs to be told that the number must be there. */
export function needsGuard({ trait, op }: Condition): boolean {
  return isOptional(trait) && (op === "lt" || op === "lte");
}
