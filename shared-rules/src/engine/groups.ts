import type { ProgramCondition } from "../program.ts";

/** A literal: a bit and the value it should have. */
type Literal = readonly [bit: number, wanted: boolean];

/**
 * Conditions over bits as one flat list. A group holds when each of its words, masked, has the wanted bits; an
 * `any` is the negation of a group of negations. What is nested is a group before, whose answer is a bit.
 */
export class Groups {
  /** How many words of bits there are, those of nested groups included. */
  readonly words: number;
  /** Word, mask and wanted bits, three numbers each. */
  readonly #checks: Int32Array;
  /** For each group the end of its checks, its target (a bit, or below 0 a segment), and 1 if it is negated. */
  readonly #groups: Int32Array;

  constructor(
    segments: readonly { position: number; condition: ProgramCondition }[],
    bitOf: ReadonlyMap<number, number>,
    words: number,
  ) {
    const checks: number[] = [];
    const groups: number[] = [];
    let bits = words * 32;

    const push = (literals: readonly Literal[], negated: boolean, target: number) => {
      const byWord = new Map<number, [mask: number, wanted: number, contrary: boolean]>();
      for (const [bit, wanted] of literals) {
        const mask = 1 << (bit & 31);
        const [masks, all, contrary] = byWord.get(bit >> 5) ?? [0, 0, false];
        const clash = (masks & mask) !== 0 && ((all & mask) !== 0) !== wanted;
        byWord.set(bit >> 5, [masks | mask, wanted ? all | mask : all, contrary || clash]);
      }
      // A bit that is wanted both ways never is: no word masked with nothing has a bit.
      for (const [word, [mask, wanted, contrary]] of byWord)
        checks.push(word, contrary ? 0 : mask, contrary ? 1 : wanted);
      groups.push(checks.length, target, negated ? 1 : 0);
    };
    /** The literals whose conjunction `condition` is, when `wanted`, or else its negation is not. */
    const literals = (condition: ProgramCondition, wanted: boolean): Literal[] => {
      if (typeof condition !== "boolean") {
        if (condition[0] === "test") return [[bitOf.get(condition[1]) ?? -1, wanted]];
        if (condition[0] === "not") return literals(condition[1], !wanted);
        if ((condition[0] === "all" && wanted) || (condition[0] === "any" && !wanted)) {
          const [, ...parts] = condition;
          return parts.flatMap((part) => literals(part, wanted));
        }
      }
      const bit = bits++;
      group(condition, bit);
      return [[bit, wanted]];
    };
    const group = (condition: ProgramCondition, target: number): void => {
      if (typeof condition === "boolean") push([], !condition, target);
      else {
        const negated = condition[0] === "any" || condition[0] === "not";
        push(literals(condition, !negated), negated, target);
      }
    };
    for (const { position, condition } of segments) group(condition, -1 - position);

    this.words = Math.ceil(bits / 32);
    this.#checks = Int32Array.from(checks);
    this.#groups = Int32Array.from(groups);
  }

  /** Answers all groups: those of segments into `members`, nested ones into `bits`. */
  answer(bits: Int32Array, members: Uint8Array): void {
    const checks = this.#checks;
    const groups = this.#groups;
    let check = 0;
    for (let group = 0; group < groups.length; group += 3) {
      const end = groups[group] ?? 0;
      const target = groups[group + 1] ?? 0;
      let holds = 1;
      for (let at = check; at < end; at += 3) {
        if (((bits[checks[at] ?? 0] ?? 0) & (checks[at + 1] ?? 0)) !== checks[at + 2]) {
          holds = 0;
          break;
        }
      }
      check = end;
      holds ^= groups[group + 2] ?? 0;
      if (target < 0) members[-1 - target] = holds;
      else
        bits[target >> 5] = holds
          ? (bits[target >> 5] ?? 0) | (1 << (target & 31))
          : (bits[target >> 5] ?? 0) & ~(1 << (target & 31));
    }
  }
}
