import { buildProgram } from "./build-program.ts";
import { parsePattern } from "./parse-pattern.ts";
import { SparseSet } from "./sparse-set.ts";

/** The instructions before the next code point, and what came before it: nothing, a word's character, another. */
interface State {
  instructions: Uint32Array;
  before: string;
  /** Undefined is a match. */
  next: Map<string, State | undefined>;
}

const START = "^";
const WORD = "w";
const OTHER = "-";
/** How many instructions and transitions the remembered states may hold; then they are forgotten. */
const REMEMBERED = 20_000;

/**
 * A test whether the pattern matches somewhere in a text, in time linear in the text: the simulation of a
 * nondeterministic automaton (Thompson 1968, with assertions as in Pike's sam), each set of instructions that was
 * met being remembered as a state of the deterministic one (Cox, "Regular Expression Matching Can Be Simple And
 * Fast", 2007). A pattern that `parsePattern` refuses matches nothing.
 */
export function compilePattern(text: string, ignoreCase = false): (text: string) => boolean {
  const parsed = parsePattern(text, ignoreCase);
  if (!parsed.ok) return () => false;
  const { program, start } = buildProgram(parsed.value);
  const reached = new SparseSet(program.length);
  const after = new SparseSet(program.length);
  const states = new Map<string, State>();
  let size = 0;

  const stateOf = (instructions: Uint32Array, before: string): State => {
    const state = { instructions, before, next: new Map() };
    if (instructions.length > REMEMBERED) return state;
    const key = before + instructions;
    const known = states.get(key);
    if (known) return known;
    size += instructions.length;
    states.set(key, state);
    return state;
  };

  /** The state after `char`, "" being the end of the text; undefined once the pattern has matched. */
  const step = ({ instructions, before }: State, char: string): State | undefined => {
    const word = /\w/.test(char) ? WORD : OTHER;
    const boundary = (word === WORD) !== (before === WORD);
    const holds = (assert: string) =>
      assert === "^" ? before === START : assert === "$" ? char === "" : (assert === "b") === boundary;
    reached.size = after.size = 0;
    for (const at of instructions) reached.add(at);
    after.add(start);
    for (let i = 0; i < reached.size; i++) {
      const at = reached.at(i);
      if (at === 0) return undefined;
      const { consumes, assert, next = [] } = program[at] ?? {};
      if (consumes) {
        if (char && consumes(char)) for (const to of next) after.add(to);
      } else if (!assert || holds(assert)) for (const to of next) reached.add(to);
    }
    return stateOf(after.copy(), word);
  };

  const advance = (state: State, char: string): State | undefined => {
    if (state.next.has(char)) return state.next.get(char);
    if (size++ > REMEMBERED) {
      // From here on nothing leads to the states met so far, which are then freed.
      states.clear();
      state.next.clear();
      size = 0;
    }
    const next = step(state, char);
    if (!next || next.instructions.length <= REMEMBERED) state.next.set(char, next);
    return next;
  };

  return (text) => {
    let state: State | undefined = stateOf(Uint32Array.of(start), START);
    for (const char of text) {
      state = advance(state, char);
      if (!state) return true;
    }
    return !advance(state, "");
  };
}
