import type { Program, ProgramCondition, ProgramOperand } from "../program.ts";
import { directReferences } from "../references.ts";
import { zoneOf } from "../zone.ts";
import { compileCondition, compileTest, type Condition, type Source } from "./condition.ts";
import { Context } from "./context.ts";
import { compileOperand, type Read } from "./operand.ts";
import type { CompilePattern } from "./operators.ts";
import type { hasSequence } from "./sequence.ts";
import { compileSeries, type Series } from "./series.ts";

/** Parts of the engine that few rulesets use and that a bundle need not hold (`featuresOf` says which). */
export interface Features {
  /** The linear-time matcher of the operator `matches`. */
  matches?: CompilePattern;
  /** The evaluator of sequences. */
  sequences?: typeof hasSequence;
}

interface Answer {
  run: number;
  member: boolean;
  until: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * A program in memory. What a segment needs becomes closures when it is first asked for (neither Workers nor
 * a strict CSP allow `eval`). A plan evaluates one user at a time, without waiting in between.
 */
export class Plan implements Source {
  readonly program: Program;
  readonly features: Features;
  readonly context: Context;
  /** The position of each segment in the program. */
  readonly index: ReadonlyMap<string, number>;
  readonly #series: Series[] = [];
  readonly #operands: Read[] = [];
  readonly #tests: Condition[] = [];
  readonly #segments: { condition: Condition; before: number[] }[] = [];
  readonly #answers: Answer[] = [];

  constructor(program: Program, features: Features) {
    this.program = program;
    this.features = features;
    this.context = new Context(zoneOf(program.zone));
    this.index = new Map(program.segments.map(([key], index) => [key, index]));
  }

  series(index: number): Series {
    const { matches } = this.features;
    return (this.#series[index] ??= compileSeries(this.program.series[index] ?? [""], matches));
  }

  operandSource(index: number): ProgramOperand | undefined {
    return this.program.operands[index];
  }

  operand(index: number): Read {
    const source = this.program.operands[index] ?? ["formula", []];
    return (this.#operands[index] ??= compileOperand(source, this));
  }

  test(index: number): Condition {
    const source = this.program.tests[index] ?? [-1, "exists"];
    return (this.#tests[index] ??= compileTest(source, this));
  }

  #segment(index: number): { condition: Condition; before: number[] } {
    const source = this.program.segments[index]?.[1] ?? false;
    return (this.#segments[index] ??= {
      condition: compileCondition(source, this),
      before: this.#dependencies(source),
    });
  }

  /** The segments that a condition depends on, those first that others depend on. */
  #dependencies(condition: ProgramCondition): number[] {
    const found = new Set(directReferences(condition));
    for (const index of found) {
      for (const other of directReferences(this.program.segments[index]?.[1] ?? false)) found.add(other);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** The answer for a segment in this run of the context. */
  answer(index: number): Answer {
    const { context } = this;
    const known = this.#answers[index];
    if (known?.run === context.run) return known;
    const { condition, before } = this.#segment(index);
    // Answering what comes before first keeps a long chain of references from exhausting the stack.
    for (const other of before) this.answer(other);
    const outer = context.until;
    context.until = NEVER;
    const member = condition.holds(context);
    const answer = { run: context.run, member, until: context.until };
    context.until = outer;
    this.#answers[index] = answer;
    return answer;
  }

  isMember(index: number, context: Context): boolean {
    const { member, until } = this.answer(index);
    context.changesAt(until);
    return member;
  }

  /** The answer for a condition that is part of a segment, in this run of the context. */
  answerPart(condition: ProgramCondition): Answer {
    for (const other of this.#dependencies(condition)) this.answer(other);
    const { context } = this;
    context.until = NEVER;
    const member = compileCondition(condition, this).holds(context);
    return { run: context.run, member, until: context.until };
  }
}
