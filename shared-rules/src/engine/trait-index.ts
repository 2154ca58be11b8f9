import type { ProgramCondition } from "../program.ts";
import { Column } from "./column.ts";
import { Groups } from "./groups.ts";
import type { Plan } from "./plan.ts";

/** Comparisons whose answer depends on the value alone, in a way that a column can look up. */
const LOOKED_UP: ReadonlySet<string> = new Set([
  ...["eq", "neq", "in", "notIn", "contains", "notContains", "startsWith", "endsWith", "matches"],
  ...["gt", "gte", "lt", "lte", "between", "hasAny", "hasNone", "hasAll", "exists", "missing"],
  ...["semverEq", "semverGt", "semverGte", "semverLt", "semverLte"],
]);

/**
 * Answers at once the segments that only compare traits. Each different comparison of a trait has a bit. For a
 * trait's value the bits of all its comparisons are one row, which is looked up rather than computed; a segment
 * is a few masks over the bits. This is the predicate index of publish/subscribe matchers (Fabret et al.,
 * "Filtering algorithms and implementation for very fast publish/subscribe systems", SIGMOD 2001).
 */
export class TraitIndex {
  readonly #columns = new Map<string, Column>();
  readonly #groups: Groups;
  readonly #others: number[] = [];
  readonly #bits: Int32Array;

  constructor(plan: Plan) {
    const { segments, tests, operands } = plan.program;
    /** The trait that a test compares, where the test can be looked up. */
    const traitOf = (test: number): string | undefined => {
      const [operand = -1, op = "", value] = tests[test] ?? [];
      const source = operands[operand];
      const lookedUp = LOOKED_UP.has(op) && !(typeof value === "object" && "operand" in value);
      return source?.[0] === "trait" && lookedUp ? source[1] : undefined;
    };
    const isIndexed = (condition: ProgramCondition): boolean => {
      if (typeof condition === "boolean") return true;
      if (condition[0] === "test") return traitOf(condition[1]) !== undefined;
      if (condition[0] !== "all" && condition[0] !== "any" && condition[0] !== "not") return false;
      const [, ...parts] = condition;
      return parts.every(isIndexed);
    };
    const indexed = segments.flatMap(([, condition], position) => {
      if (isIndexed(condition)) return [{ position, condition }];
      this.#others.push(position);
      return [];
    });

    for (const test of new Set(indexed.flatMap(({ condition }) => testsOf(condition)))) {
      const trait = traitOf(test) ?? "";
      const column = this.#columns.get(trait) ?? new Column(trait);
      this.#columns.set(trait, column);
      column.add(test, tests[test]?.[2], plan.test(test));
    }
    const bitOf = new Map<number, number>();
    let words = 0;
    for (const column of this.#columns.values()) words = column.place(words, bitOf);
    this.#groups = new Groups(indexed, bitOf, words);
    this.#bits = new Int32Array(this.#groups.words);
  }

  /** Writes the answers of the indexed segments into the plan; gives the positions of the others, if not of all. */
  answer({ context, members, runs }: Plan): readonly number[] | undefined {
    if (!this.#columns.size) return undefined;
    for (const column of this.#columns.values()) column.read(context, this.#bits);
    this.#groups.answer(this.#bits, members);
    if (this.#others.length) {
      runs.fill(context.run);
      for (const position of this.#others) runs[position] = 0;
    }
    return this.#others;
  }
}

function testsOf(condition: ProgramCondition): number[] {
  if (typeof condition === "boolean") return [];
  if (condition[0] === "test") return [condition[1]];
  if (condition[0] !== "all" && condition[0] !== "any" && condition[0] !== "not") return [];
  const [, ...parts] = condition;
  return parts.flatMap(testsOf);
}
