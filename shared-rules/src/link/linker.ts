import type { Zone } from "../dates/zone.ts";
import { parseFormula } from "../parse/formula.ts";
import type {
  Feature,
  ProgramComparison,
  ProgramMeasure,
  ProgramOperand,
  ProgramSeries,
  ProgramTest,
  ProgramToken,
  ProgramWhere,
  ProgramWindow,
} from "../program.ts";
import type {
  Comparison,
  EventOperand,
  FormulaComparison,
  Measure,
  Operand,
  Operator,
  Where,
  Window,
} from "../rule.ts";
import { normaliseComparison, normaliseWindow } from "./normalise.ts";
import { orderByDependencies } from "./order.ts";

/** A value that stands nowhere: no function, no part. */
const ABSENT: ProgramToken = ["coalesce", 0];
/** Functions of an instant, which know `now` without having it passed. */
const OF_INSTANT = new Set([
  "year",
  "month",
  "day",
  "weekday",
  "hour",
  "daysSince",
  "monthsSince",
  "yearsSince",
]);

/** The optional part of the engine that knows an operator. */
const FEATURE_OF = new Map<Operator, Feature>([
  ["matches", "matches"],
  ...(["semverEq", "semverGt", "semverGte", "semverLt", "semverLte"] as const).map(
    (op) => [op, "versions"] as const,
  ),
  ...(["before", "after", "on", "within", "olderThan", "upcoming", "anniversary"] as const).map(
    (op) => [op, "dates"] as const,
  ),
]);

/** A table in which equal entries stand once. */
class Table<T> {
  readonly entries: T[] = [];
  readonly #indices = new Map<string, number>();

  add(entry: T): number {
    const key = JSON.stringify(entry);
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.entries.push(entry) - 1;
      this.#indices.set(key, index);
    }
    return index;
  }
}

/** The names that a formula sees: its own `let`, then those around it; at last computed traits and traits. */
export class Scope {
  readonly #operands: ReadonlyMap<string, Operand>;
  readonly #outer: Scope | undefined;
  readonly #linked = new Map<string, number | undefined>();

  constructor(operands: Iterable<[string, Operand]>, outer?: Scope) {
    this.#operands = new Map(operands);
    this.#outer = outer;
  }

  /** The operand that a name stands for, linked once; undefined inside its own definition. */
  resolve(name: string, linker: Linker): number | undefined {
    if (!this.#operands.has(name)) {
      return this.#outer ? this.#outer.resolve(name, linker) : linker.operand({ trait: name });
    }
    // Computed traits may build on one another in long chains: those that others need are linked before.
    const names = this.#outer ? [name] : orderByDependencies([name], (other) => this.#unlinked(other));
    for (const each of names) {
      const operand = this.#operands.get(each);
      if (!operand || this.#linked.has(each)) continue;
      this.#linked.set(each, undefined);
      this.#linked.set(each, linker.operand(operand, this));
    }
    return this.#linked.get(name);
  }

  #unlinked(name: string): string[] {
    const operand = this.#operands.get(name);
    return operand
      ? namesIn(operand).filter((other) => this.#operands.has(other) && !this.#linked.has(other))
      : [];
  }
}

/** The names that the formulas of an operand hold. */
function namesIn(operand: Operand): string[] {
  if (!("formula" in operand)) return [];
  const parsed = parseFormula(operand.formula);
  const own = parsed.ok ? parsed.value.flatMap((token) => ("name" in token ? [token.name] : [])) : [];
  return [...own, ...Object.values(operand.let ?? {}).flatMap(namesIn)];
}

function measureOf(measure: Measure): [ProgramMeasure, property: string] {
  if (typeof measure === "string") return [measure, ""];
  const [[name, property] = ["count", ""]] = Object.entries(measure);
  return [name as ProgramMeasure, property];
}

/** Builds the tables of a program. */
export class Linker {
  readonly zone: Zone;
  readonly needs = new Set<Feature>();
  readonly #series = new Table<ProgramSeries>();
  readonly #operands = new Table<ProgramOperand>();
  readonly #tests = new Table<ProgramTest>();
  readonly #computed: Scope;

  constructor(zone: Zone, computed: Iterable<[string, Operand]>) {
    this.zone = zone;
    this.#computed = new Scope(computed);
  }

  get tables() {
    return { series: this.#series.entries, operands: this.#operands.entries, tests: this.#tests.entries };
  }

  #comparison(comparison: Comparison): ProgramComparison {
    const feature = FEATURE_OF.get(comparison.op);
    if (feature) this.needs.add(feature);
    return normaliseComparison(comparison, this.zone);
  }

  #where(where: Where): ProgramWhere {
    if ("all" in where) return ["all", ...where.all.map((part) => this.#where(part))];
    if ("any" in where) return ["any", ...where.any.map((part) => this.#where(part))];
    if ("not" in where) return ["not", this.#where(where.not)];
    if ("first" in where) return ["first"];
    return ["prop", where.prop, ...this.#comparison(where)];
  }

  series({ event, where }: EventOperand): number {
    return this.#series.add(where === undefined ? [event] : [event, this.#where(where)]);
  }

  window(window: Window): ProgramWindow {
    if ("calendar" in window) this.needs.add("dates");
    return normaliseWindow(window, this.zone);
  }

  #formula(text: string, scope: Scope): ProgramToken[] {
    const parsed = parseFormula(text);
    if (!parsed.ok) return [ABSENT];
    const tokens: ProgramToken[] = [];
    for (const token of parsed.value) {
      if ("number" in token) tokens.push(Number.isFinite(token.number) ? token.number : ABSENT);
      else if ("name" in token) {
        const operand = scope.resolve(token.name, this);
        tokens.push(operand === undefined ? ABSENT : [operand]);
      } else if (OF_INSTANT.has(token.call) && isNow(tokens.at(-1))) {
        tokens.splice(-1, 1, [token.call, 0]);
      } else tokens.push([token.call, token.arity]);
    }
    return tokens;
  }

  operand(operand: Operand | { bucket: string }, scope: Scope = this.#computed): number {
    if ("trait" in operand) return this.#operands.add(["trait", operand.trait]);
    if ("bucket" in operand) {
      this.needs.add("buckets");
      return this.#operands.add(["bucket", operand.bucket]);
    }
    if ("formula" in operand) {
      const inner = operand.let ? new Scope(Object.entries(operand.let), scope) : scope;
      const tokens = this.#formula(operand.formula, inner);
      const [only] = tokens;
      // A formula that is a bare name is what the name stands for.
      if (tokens.length === 1 && Array.isArray(only) && only.length === 1) return only[0];
      this.needs.add("formulas");
      return this.#operands.add(["formula", tokens]);
    }
    const [measure, property] = measureOf(operand.measure ?? "count");
    const series = this.series(operand);
    if (measure !== "count") this.needs.add("measures");
    if (measure === "days") this.needs.add("dates");
    if (operand.within)
      return this.#operands.add(["event", series, measure, property, this.window(operand.within)]);
    return this.#operands.add(property ? ["event", series, measure, property] : ["event", series, measure]);
  }

  test(operand: Operand | { bucket: string }, comparison: FormulaComparison): number {
    if ("value" in comparison && typeof comparison.value === "object" && "formula" in comparison.value) {
      this.needs.add("formulas");
      const second = this.operand({ ...operand, formula: comparison.value.formula });
      return this.#tests.add([this.operand(operand), comparison.op, { operand: second }]);
    }
    return this.#tests.add([this.operand(operand), ...this.#comparison(comparison as Comparison)]);
  }
}

function isNow(token: ProgramToken | undefined): boolean {
  return Array.isArray(token) && token[0] === "now";
}
