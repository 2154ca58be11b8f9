import type { CharacterSet, PatternNode } from "./parse-pattern.ts";

/** One instruction of the automaton; number 0 is the one that has matched. */
export interface Instruction {
  /** Consumes one code point. */
  consumes?: (char: string) => boolean;
  /** Goes on where this holds: `^`, `$`, `b`, `B`. */
  assert?: string;
  next: number[];
}

/** The test of one code point, which remembers its last answer: repetitions share it. */
function consumer({ folded, exact, fold, negated }: CharacterSet): (char: string) => boolean {
  // The native flags `iu` are Unicode's simple case folding; without `i`, `\w` is ASCII.
  const one = new RegExp(`[${folded}]`, fold ? "iu" : "u");
  const other = new RegExp(`[${exact}]`, "u");
  let last: string | undefined;
  let found = false;
  return (char) => {
    if (char !== last) {
      last = char;
      found = (one.test(char) || other.test(char)) !== negated;
    }
    return found;
  };
}

/** Thompson's construction (1968), from the end to the start; repetitions are written out. */
export function buildProgram(root: PatternNode): { program: Instruction[]; start: number } {
  const program: Instruction[] = [{ next: [] }];
  const consumers = new Map<CharacterSet, (char: string) => boolean>();
  const add = (instruction: Instruction) => program.push(instruction) - 1;
  /** Adds what matches `node` and then goes on at `next`; gives where it begins. */
  const emit = (node: PatternNode, next: number): number => {
    if ("set" in node) {
      const consumes = consumers.get(node.set) ?? consumer(node.set);
      consumers.set(node.set, consumes);
      return add({ consumes, next: [next] });
    }
    if ("assert" in node) return add({ assert: node.assert, next: [next] });
    if ("all" in node) return node.all.reduceRight((after, part) => emit(part, after), next);
    if ("any" in node) return add({ next: node.any.map((branch) => emit(branch, next)) });
    let begin = next;
    if (node.max === Infinity) {
      const loop = [next];
      begin = add({ next: loop });
      loop.push(emit(node.repeat, begin));
    } else {
      for (let i = node.min; i < node.max; i++) begin = add({ next: [next, emit(node.repeat, begin)] });
    }
    for (let i = 0; i < node.min; i++) begin = emit(node.repeat, begin);
    return begin;
  };
  return { program, start: emit(root, 0) };
}
