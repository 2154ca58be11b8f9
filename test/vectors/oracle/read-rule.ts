import type { Rule } from "@muster/rules";
import type { DecisionSet, Happening, Person } from "./set.ts";

type Comparison = { op: string; value?: unknown };

function compare(operand: unknown, { op, value }: Comparison): boolean {
  const listed = Array.isArray(value) ? value : [];
  switch (op) {
    case "eq":
      return operand === value;
    case "neq":
      return operand !== value;
    case "in":
      return listed.includes(operand);
    case "gte":
      return typeof operand === "number" && operand >= Number(value);
    case "lt":
      return typeof operand === "number" && operand < Number(value);
    case "exists":
      return operand !== undefined && operand !== null;
    case "startsWith":
      return typeof operand === "string" && operand.startsWith(String(value));
    default:
      throw new Error(`the oracle does not read ${op}`);
  }
}

function own(record: { readonly [name: string]: unknown }, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

const UNITS = new Map([
  ["seconds", 1_000],
  ["minutes", 60_000],
  ["hours", 3_600_000],
  ["days", 86_400_000],
  ["weeks", 604_800_000],
]);

/** A duration in ms; NaN for what is none. */
export function ms(duration: object): number {
  const [[unit, count] = ["", 0]] = Object.entries(duration);
  return typeof count === "number" ? (UNITS.get(unit) ?? Number.NaN) * count : Number.NaN;
}

/** What the user did up to now, in order; a second event with an id is none. */
export function pastOf({ events }: Person, now: number): Happening[] {
  const byId = new Map<string, Happening>();
  for (const event of events) if (!byId.has(event.id)) byId.set(event.id, event);
  return [...byId.values()]
    .filter(({ ts }) => ts <= now)
    .sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1));
}

type Where = { all: Where[] } | { any: Where[] } | ({ prop: string } & Comparison);

export function fits(event: Happening, where: unknown): boolean {
  if (where === undefined) return true;
  const condition = where as Where;
  if ("all" in condition) return condition.all.every((part) => fits(event, part));
  if ("any" in condition) return condition.any.some((part) => fits(event, part));
  return compare(own(event.props, condition.prop), condition);
}

/** Whether a rule of the few forms that the vectors use holds, read straight from RULES.md. */
export function holds(rule: Rule, set: DecisionSet, user: Person, now: number): boolean {
  if ("all" in rule) return rule.all.every((part) => holds(part, set, user, now));
  if ("any" in rule) return rule.any.some((part) => holds(part, set, user, now));
  if ("not" in rule) return !holds(rule.not, set, user, now);
  if ("segment" in rule) return isMember(rule.segment, set, user, now);
  if ("trait" in rule) return compare(own(user.traits, rule.trait), rule);
  if ("event" in rule && (rule.measure ?? "count") === "count") {
    const since = rule.within ? now - ms(rule.within) : Number.NEGATIVE_INFINITY;
    const count = pastOf(user, now).filter(
      (event) => event.name === rule.event && event.ts > since && fits(event, rule.where),
    ).length;
    return compare(count, rule);
  }
  throw new Error(`the oracle does not read ${JSON.stringify(rule)}`);
}

export function isMember(key: string, set: DecisionSet, user: Person, now: number): boolean {
  const segment = Object.hasOwn(set.segments, key) ? set.segments[key] : undefined;
  return segment !== undefined && holds(segment.rule, set, user, now);
}
