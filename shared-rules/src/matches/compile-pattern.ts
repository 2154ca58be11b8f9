import { type CharacterSet, type PatternNode, parsePattern } from "./parse-pattern.ts";

/** One instruction of the automaton; the one without a `next` has matched. */
interface Instruction {
  /** Consumes one code point. */
  consumes?: (char: string) => boolean;
  assert?: string;
  next: number[];
}

/** A set of instructions before the next code point, and what came before: nothing, a word's character, another. */
interface State {
  instructions: Iterable<number>;
  before: string;
  /** Undefined is a match. */
  next: Map<string, State | undefined>;
}

const START = "^";
const WORD = "w";
const OTHER = "-";
/** How many instructions the remembered states may hold before they are forgotten. */
const REMEMBERED = 20_000;

function consumer({ folded, exact, fold, negated }: CharacterSet): (char: string) => boolean {
  const one = new RegExp(`[${folded}]`, fold ? "iu" : "u");
  const other = new RegExp(`[${exact}]`, "u");
  return (char) => (one.test(char) || other.test(char)) !== negated;
}

function build(root: PatternNode): { program: Instruction[]; start: number } {
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
      const loop: number[] = [next];
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

/**
 * A test whether the pattern matches somewhere in a text, in time linear in the text: the simulation of a
 * nondeterministic automaton (Thompson 1968, with assertions as in Pike's sam), each set of instructions that was
 * met being remembered as a state of the deterministic one (Cox, "Regular Expression Matching Can Be Simple And
 * Fast", 2007). A pattern that `parsePattern` refuses matches nothing.
 */
export function compilePattern(text: string, ignoreCase = false): (text: string) => boolean {
  const parsed = parsePattern(text, ignoreCase);
  if (!parsed.ok) return () => false;
  const { program, start } = build(parsed.value);
  let states = new Map<string, State>();
  let size = 0;

  const stateOf = (instructions: Iterable<number>, before: string): State => {
    const sorted = Uint32Array.from(instructions).sort();
    const key = before + sorted.join();
    let state = states.get(key);
    if (!state) {
      size += sorted.length;
      if (size > REMEMBERED) {
        states = new Map();
        size = sorted.length;
      }
      state = { instructions: sorted, before, next: new Map() };
      states.set(key, state);
    }
    return state;
  };

  /** The state after `char`, "" being the end of the text; undefined once the pattern has matched. */
  const step = ({ instructions, before }: State, char: string): State | undefined => {
    const word = /\w/.test(char) ? WORD : OTHER;
    const boundary = (word === WORD) !== (before === WORD);
    const holds = new Map([
      ["^", before === START],
      ["$", char === ""],
      ["b", boundary],
      ["B", !boundary],
    ]);
    const reached = new Set(instructions);
    const after = new Set([start]);
    // A set that is iterated goes on with what is added to it.
    for (const at of reached) {
      if (at === 0) return undefined;
      const { consumes, assert, next = [] } = program[at] ?? {};
      if (consumes) {
        if (char && consumes(char)) for (const to of next) after.add(to);
      } else if (!assert || holds.get(assert)) for (const to of next) reached.add(to);
    }
    return stateOf(after, word);
  };

  return (text) => {
    let state = stateOf([start], START);
    const advance = (char: string): State | undefined => {
      if (!state.next.has(char)) {
        size++;
        state.next.set(char, step(state, char));
      }
      return state.next.get(char);
    };
    for (const char of text) {
      const next = advance(char);
      if (!next) return true;
      state = next;
    }
    return !advance("");
  };
}
