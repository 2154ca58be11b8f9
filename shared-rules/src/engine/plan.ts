import type { Feature, Program } from "../program.ts";
import { reach } from "../reach.ts";
import { directReferences } from "../references.ts";
import { NEVER } from "../timestamp.ts";
import { type Condition, compileCondition, compileTest, type Source } from "./condition.ts";
import { Context } from "./context.ts";
import type { Features } from "./features.ts";
import { compileOperand, type Read, remember } from "./operand.ts";
import type { TraitIndex } from "./trait-index.ts";

/** Building the index costs as much as some evaluations; a plan that is used once goes without. */
const INDEX_AFTER = 4;

/**
 * A program in memory. What a segment needs becomes closures when it is first asked for (neither Workers nor
 * a strict CSP allow `eval`). A plan evaluates one user at a time, without waiting in between.
 */
export class Plan implements Source {
  readonly program: Program;
  readonly features: Features;
  readonly context: Context;
  readonly keys: readonly string[];
  /** The position of each segment in the program. */
  readonly positions: ReadonlyMap<string, number>;
  /** The answers of the last run by position: the run that gave each, 1 for a member, and until when. */
  readonly runs: Float64Array;
  readonly members: Uint8Array;
  readonly untils: number[];
  /** Whether time alone can change an answer that was asked for so far. */
  timed = false;
  readonly #operands: Read[] = [];
  readonly #tests: Condition[] = [];
  readonly #sequences = new Map<string, Read>();
  readonly #segments: Condition[] = [];
  readonly #before: (readonly number[])[] = [];
  #evaluations = 0;
  #index: TraitIndex | undefined;

  constructor(program: Program, features: Features) {
    const { segments } = program;
    this.program = program;
    this.features = features;
    this.context = new Context(program.zone, features.lists?.(this));
    this.keys = segments.map(([key]) => key);
    this.positions = new Map(this.keys.map((key, position) => [key, position]));
    this.runs = new Float64Array(segments.length);
    this.members = new Uint8Array(segments.length);
    this.untils = segments.map(() => NEVER);
  }

  operand(index: number): Read {
    return (this.#operands[index] ??= compileOperand(index, this));
  }

  test(index: number): Condition {
    const source = this.program.tests[index] ?? [-1, "exists"];
    return (this.#tests[index] ??= compileTest(source, this));
  }

  sequence(key: string, read: Read): Read {
    const known = this.#sequences.get(key) ?? remember(read);
    this.#sequences.set(key, known);
    return known;
  }

  segment(position: number): Condition {
    let condition = this.#segments[position];
    if (!condition) {
      condition = compileCondition(this.program.segments[position]?.[1] ?? false, this);
      this.timed ||= condition.timed;
      this.#segments[position] = condition;
    }
    return condition;
  }

  /** Answers a segment after those that it depends on, so that a long chain does not exhaust the stack. */
  answerFrom(position: number): boolean {
    this.#before[position] ??= reach([position], (other) =>
      directReferences(this.program.segments[other]?.[1] ?? false),
    );
    for (const other of this.#before[position]) this.answer(other);
    return this.answer(position);
  }

  /** Whether the context's user is a member; `untils` then says until when. */
  answer(position: number): boolean {
    const { context } = this;
    if (this.runs[position] !== context.run) {
      context.until = NEVER;
      this.members[position] = this.segment(position).holds(context.traits, context) ? 1 : 0;
      this.untils[position] = context.until;
      this.runs[position] = context.run;
    }
    return this.members[position] === 1;
  }

  isMember(position: number, context: Context): boolean {
    const outer = context.until;
    const member = this.answer(position);
    context.until = outer;
    context.changesAt(this.untils[position] ?? NEVER);
    return member;
  }

  /** Answers every segment for the context's user. */
  answerAll(): void {
    if (this.#index === undefined && ++this.#evaluations > INDEX_AFTER)
      this.#index = this.features.index?.(this);
    const others = this.#index?.answer(this);
    if (others) for (const position of others) this.answer(position);
    else for (let position = 0; position < this.keys.length; position++) this.answer(position);
  }
}

/** The features that a program cannot do without. */
export function featuresOf({ needs }: Program): readonly Feature[] {
  return needs;
}
