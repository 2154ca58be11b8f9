import { LIMITS } from "../limits.ts";
import { attempt, type Parsed, refuse } from "../parse/problem.ts";

/** One code point: one of `folded` or of `exact`, or, negated, one of neither. */
export interface CharacterSet {
  /** What stands in a native class with the flag `u`; compared by simple case folding where `fold` is true. */
  folded: string;
  /** The same, always compared exactly. */
  exact: string;
  fold: boolean;
  negated: boolean;
}

export type PatternNode =
  | { set: CharacterSet }
  /** The start, the end, a word's boundary, no boundary: `^`, `$`, `b`, `B`. */
  | { assert: string }
  | { all: PatternNode[] }
  | { any: PatternNode[] }
  /** `max` may be Infinity. */
  | { repeat: PatternNode; min: number; max: number };

/** An open group. */
interface Group {
  fold: boolean;
  branches: PatternNode[][];
}

const TOKEN = new RegExp(
  [
    "(?:([*+?])|\\{(0|[1-9]\\d*)(?:(,)(0|[1-9]\\d*)?)?\\})\\??", // a repetition, perhaps lazy
    "\\((\\?:|\\?i\\)|(?!\\?))", // a group, or the flag
    "\\[(\\^|(?!\\^))(\\](?:\\\\.|[^\\\\\\]])*|(?:\\\\.|[^\\\\\\]])+)\\]", // a class; a first ] is one of it
    "\\\\(.)",
    "([^\\\\([])",
  ].join("|"),
  "gsuy",
);
const CLASS_ITEM = /\\([dDsSwW])|(\\?.)(?:-(\\?.))?/gsuy;

/** The classes of ASCII; `\s` and `\S` are not the native ones. */
const CLASSES = new Map([
  ["d", "0-9"],
  ["D", "\\0-/:-\\u{10ffff}"],
  ["s", "\\t\\n\\f\\r "],
  ["S", "\\0-\\x08\\v\\x0e-\\x1f!-\\u{10ffff}"],
  ["w", "\\w"],
  ["W", "\\W"],
]);

function fail(detail: string): never {
  refuse("", "invalid-pattern", detail);
}

/** The code point of a character or of an escape. */
function codeOf(item: string): number {
  if (item.length === 1 || !item.startsWith("\\")) return item.codePointAt(0) ?? 0;
  const control = "tnvfr".indexOf(item.slice(1));
  if (control >= 0) return 9 + control;
  return /[!-/:-@[-`{-~]/.test(item.slice(1)) ? item.charCodeAt(1) : fail(`${item} means nothing`);
}

function native(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function classOf(body: string, fold: boolean, negated: boolean): PatternNode {
  if (/\[:.*:$/s.test(body)) fail("named classes are not known");
  let [folded, exact] = ["", ""];
  for (const [, named = "", first = "", last = first] of body.matchAll(CLASS_ITEM)) {
    if (named) exact += CLASSES.get(named);
    else {
      if (codeOf(first) > codeOf(last)) fail(`the range ${first}-${last} is empty`);
      folded += `${native(codeOf(first))}-${native(codeOf(last))}`;
    }
  }
  return { set: { folded, exact, fold, negated } };
}

function close({ branches }: Group): PatternNode {
  const any = branches.map((all) => ({ all }));
  return any.length === 1 && any[0] ? any[0] : { any };
}

/** The largest product of repetitions inside one another. */
function productOf(node: PatternNode): number {
  if ("repeat" in node) {
    return productOf(node.repeat) * (node.max < Infinity ? node.max : Math.max(1, node.min));
  }
  const parts = "all" in node ? node.all : "any" in node ? node.any : [];
  return parts.reduce((most, part) => Math.max(most, productOf(part)), 1);
}

/** How many instructions a node comes to, as `buildProgram` writes it out. */
function sizeOf(node: PatternNode): number {
  if ("repeat" in node) {
    const optional = node.max === Infinity ? 1 : node.max - node.min;
    return sizeOf(node.repeat) * (node.min + optional) + optional;
  }
  const parts = "all" in node ? node.all : "any" in node ? node.any : [];
  return parts.reduce((size, part) => size + sizeOf(part), "all" in node ? 0 : 1);
}

/**
 * Parses RE2's syntax as far as RULES.md §3 has it, in one pass with a stack of its own. With `ignoreCase` as if
 * the pattern began with `(?i)`. A problem's path is "".
 */
export function parsePattern(text: string, ignoreCase = false): Parsed<PatternNode> {
  return attempt(() => parse(text, ignoreCase));
}

function parse(text: string, ignoreCase: boolean): PatternNode {
  if ([...text].length > LIMITS.pattern) {
    refuse("", "limit-pattern", `a pattern has at most ${LIMITS.pattern} characters`);
  }
  let group: Group = { fold: ignoreCase, branches: [[]] };
  const open: Group[] = [];
  /** What a repetition would repeat. */
  let last: PatternNode | undefined;
  let at = 0;
  const add = (node: PatternNode) => {
    group.branches.at(-1)?.push(node);
    last = node;
  };
  for (const match of text.matchAll(TOKEN)) {
    const [token, sign, least, comma, most, begin, caret, body, escaped, char] = match;
    at = match.index + token.length;
    if (sign ?? least) {
      if (!last) fail(`${token} has nothing to repeat`);
      const min = Number(least ?? (sign === "+" ? 1 : 0));
      const max = Number(most ?? (sign === "?" ? 1 : sign || comma ? Infinity : least));
      if (min > max || Math.max(min, Number(most ?? 0)) > LIMITS.repetition) {
        fail(`${token} is not a repetition of at most ${LIMITS.repetition}`);
      }
      const repetition = { repeat: last, min, max };
      if (productOf(repetition) > LIMITS.repetitionProduct) {
        fail(`repetitions inside one another multiply to more than ${LIMITS.repetitionProduct}`);
      }
      group.branches.at(-1)?.splice(-1, 1, repetition);
      last = undefined;
    } else if (begin === "?i)") {
      group.fold = true;
      last = undefined;
    } else if (begin !== undefined) {
      open.push(group);
      group = { fold: group.fold, branches: [[]] };
      last = undefined;
    } else if (body !== undefined) add(classOf(body, group.fold, caret === "^"));
    else if (escaped === "b" || escaped === "B") add({ assert: escaped });
    else if (escaped !== undefined) add(classOf(`\\${escaped}`, group.fold, false));
    else if (char === "|") {
      group.branches.push([]);
      last = undefined;
    } else if (char === ")") {
      const outer = open.pop() ?? fail(") closes no group");
      const closed = group;
      group = outer;
      add(close(closed));
    } else if (char === "^" || char === "$") add({ assert: char });
    else if (char === ".") add({ set: { folded: "", exact: "\\n", fold: false, negated: true } });
    else add({ set: { folded: native(codeOf(char ?? "")), exact: "", fold: group.fold, negated: false } });
  }
  if (at < text.length) fail(`what begins at ${text.slice(at, at + 8)} is not known`);
  if (open.length > 0) fail("a group is not closed");
  const root = close(group);
  if (sizeOf(root) > LIMITS.patternSize) {
    refuse(
      "",
      "limit-pattern",
      `a pattern whose repetitions written out come to more than ${LIMITS.patternSize} steps`,
    );
  }
  return root;
}
