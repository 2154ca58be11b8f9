import { LIMITS } from "../limits.ts";
import { attempt, type Parsed, quote, refuse } from "./problem.ts";

/**
 * A formula in postfix order (RULES.md §5). A call takes as many values from the stack as its arity says:
 * `+`, `-`, `*`, `/` (2), `neg` (1), `now` (0), or a function.
 */
export type FormulaToken = { number: number } | { name: string } | { call: string; arity: number };

/** Functions of one or more arguments; all the others have exactly one. */
const VARIADIC = ["min", "max", "coalesce"];
const FUNCTIONS = [...VARIADIC, "abs", "floor", "ceil", "round"].concat(
  ["year", "month", "day", "weekday", "hour"],
  ["daysSince", "monthsSince", "yearsSince"],
);

const NAME = "[\\p{L}_$][\\p{L}\\p{Nd}_$]*(?:\\.[\\p{L}\\p{Nd}_$]+)*";
const WHOLE_NAME = new RegExp(`^${NAME}$`, "u");
/** The words of a formula; a function's name is one with its parenthesis, the end is one too. */
const WORD = new RegExp(
  `\\s*(?:(?<number>\\d+(?:\\.\\d+)?)|(?<call>${NAME})\\s*\\(|(?<name>${NAME})|(?<sign>[-+*/(),]|$)|(?<other>.))`,
  "gsuy",
);

/** How tightly an operator binds; the unary minus binds tightest. */
const BINDS = new Map([
  ["+", 1],
  ["-", 1],
  ["*", 2],
  ["/", 2],
]);
const NEGATION = { call: "neg", arity: 1, binds: 3 };

/** What waits: an operator for its right side to end, or a parenthesis, a function's if it has one, to be closed. */
interface Waiting {
  call: string | undefined;
  arity: number;
  binds: number;
}

/** Whether a formula can read this name: `now` is the only word that it cannot. */
export function isName(text: string): boolean {
  return text !== "now" && WHOLE_NAME.test(text);
}

/**
 * Parses a formula by Dijkstra's shunting-yard algorithm (1961): one pass, with a stack of its own, so that no
 * nesting is too deep. A problem's path is "".
 */
export function parseFormula(text: string): Parsed<FormulaToken[]> {
  return attempt(() => {
    if (text.length > LIMITS.formula) {
      refuse(
        "",
        "limit-formula",
        `a formula has at most ${LIMITS.formula} characters, and this one ${text.length}`,
      );
    }
    const reader = new FormulaReader();
    for (const { groups = {}, index } of text.matchAll(WORD)) {
      const problem = reader.take(groups);
      if (problem)
        refuse("", "invalid-formula", `${problem}, at character ${index + 1} of the formula ${quote(text)}`);
    }
    return reader.tokens;
  });
}

/** Takes the words of a formula one by one and says what is wrong with one. */
class FormulaReader {
  readonly tokens: FormulaToken[] = [];
  readonly #waiting: Waiting[] = [];
  #needsValue = true;

  take(word: Record<string, string | undefined>): string | undefined {
    return this.#needsValue ? this.#takeValue(word) : this.#takeOperator(word);
  }

  #takeValue({ number, call, name, sign, other }: Record<string, string | undefined>): string | undefined {
    if (number !== undefined) {
      this.tokens.push({ number: Number(number) });
    } else if (name !== undefined) {
      this.tokens.push(name === "now" ? { call: name, arity: 0 } : { name });
    } else if (call !== undefined && !FUNCTIONS.includes(call)) {
      return `${quote(call)} is no function; there are ${FUNCTIONS.join(", ")}`;
    } else if (call !== undefined || sign === "(") {
      this.#waiting.push({ call, arity: 1, binds: 0 });
      return undefined;
    } else if (sign === "-") {
      this.#waiting.push(NEGATION);
      return undefined;
    } else {
      return `${quote(sign || other || "the end")} stands where a number, a name or a parenthesis is needed`;
    }
    this.#needsValue = false;
    return undefined;
  }

  #takeOperator({ number, call, name, sign, other }: Record<string, string | undefined>): string | undefined {
    const binds = BINDS.get(sign ?? "");
    const open = this.#endOperators(binds ?? 1);
    if (sign && binds) {
      this.#waiting.push({ call: sign, arity: 2, binds });
      this.#needsValue = true;
    } else if (sign === "") {
      if (open) return "a parenthesis is not closed";
    } else if (sign === ",") {
      if (!open?.call) return '"," stands outside of a function';
      open.arity++;
      this.#needsValue = true;
    } else if (sign === ")") {
      if (!open) return '")" closes no parenthesis';
      return this.#closeParenthesis(open);
    } else {
      return `${quote(number ?? call ?? name ?? sign ?? other)} stands where an operator is needed`;
    }
    return undefined;
  }

  /** Ends the operators that bind at least so tightly; gives what waits below them. */
  #endOperators(binds: number): Waiting | undefined {
    for (;;) {
      const top = this.#waiting.at(-1);
      if (!top?.call || top.binds < binds) return top;
      this.tokens.push({ call: top.call, arity: top.arity });
      this.#waiting.pop();
    }
  }

  #closeParenthesis({ call, arity }: Waiting): string | undefined {
    this.#waiting.pop();
    if (call === undefined) return undefined;
    if (arity > 1 && !VARIADIC.includes(call)) return `${call} has one argument, and here ${arity}`;
    this.tokens.push({ call, arity });
    return undefined;
  }
}
