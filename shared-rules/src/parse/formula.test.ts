import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { type FormulaToken, isName, parseFormula } from "./formula.ts";

function show(token: FormulaToken): string {
  if ("number" in token) return String(token.number);
  return "name" in token ? token.name : `${token.call}/${token.arity}`;
}

/** A formula's tokens in postfix order, or why it is none. */
function postfix(text: string): string {
  const parsed = parseFormula(text);
  return parsed.ok ? parsed.value.map(show).join(" ") : parsed.problem.detail;
}

describe("parseFormula", () => {
  it.each([
    ["1 + 2 * 3", "1 2 3 */2 +/2"],
    ["(1 + 2) * 3", "1 2 +/2 3 */2"],
    ["a - b - c", "a b -/2 c -/2"],
    ["a / b * c", "a b //2 c */2"],
    ["-a * b", "a neg/1 b */2"],
    ["a - - -b", "a b neg/1 neg/1 -/2"],
    ["-(a + b)", "a b +/2 neg/1"],
    ["max(1, -a, min(b) + 2)", "1 a neg/1 b min/1 2 +/2 max/3"],
    ["coalesce (a, (b))", "a b coalesce/2"],
    ["year(now) - year", "now/0 year/1 year -/2"],
    ["_a + $b.c_1*größe.٣\n", "_a $b.c_1 größe.٣ */2 +/2"],
    ["0012.50", "12.5"],
    ["__proto__ + toString", "__proto__ toString +/2"],
  ])("%j is %s", (text, expected) => {
    expect(postfix(text)).toBe(expected);
  });

  it.each([
    ["1 +", '"the end" stands where a number, a name or a parenthesis is needed, at character 4'],
    ["a b", '"b" stands where an operator is needed, at character 2'],
    ["(a", "a parenthesis is not closed, at character 3"],
    ["a)", '")" closes no parenthesis, at character 2'],
    ["(a, b)", '"," stands outside of a function, at character 3'],
    ["abs(a, b)", "abs has one argument, and here 2, at character 9"],
    ["sqrt(a)", '"sqrt" is no function; there are min, max, coalesce, abs'],
    ["toString(a)", '"toString" is no function'],
    ["now()", '"now" is no function'],
  ])("%j is refused: %s", (text, detail) => {
    expect(postfix(text)).toContain(detail);
  });

  it("has a limit, and no nesting below it is too deep", () => {
    const half = LIMITS.formula / 2 - 1;
    expect(postfix(`${"(".repeat(half)}a ${")".repeat(half)}`)).toBe("a");
    expect(postfix(`${"-".repeat(LIMITS.formula - 1)}a`)).toMatch(/^a( neg\/1)+$/);
    expect(postfix(`${" ".repeat(LIMITS.formula)}a`)).toContain("at most 10000 characters");
  });

  it("answers any text, with one value on the stack at the end", () => {
    const word = fc.constantFrom(
      ..."+-*/(),. 1ab".split(""),
      "now",
      "min(",
      "abs(",
      "year",
      "1.5",
      "𝒳",
      "\ud800",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word).map((words) => words.join("")),
          fc.string({ unit: "binary" }),
        ),
        (text) => {
          const parsed = parseFormula(text);
          if (!parsed.ok) return;
          let height = 0;
          for (const token of parsed.value) {
            height += "arity" in token ? 1 - token.arity : 1;
            expect(height).toBeGreaterThan(0);
          }
          expect(height).toBe(1);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("calculates what JavaScript calculates", () => {
    const tree = fc.letrec<{ part: string }>((tie) => ({
      part: fc.oneof(
        { depthSize: "medium" },
        fc.nat({ max: 99 }).map(String),
        fc
          .tuple(tie("part"), fc.constantFrom("+", "-", "*", "/"), tie("part"))
          .map((parts) => parts.join(" ")),
        tie("part").map((part) => `(${part})`),
        tie("part").map((part) => `- (${part})`),
      ),
    })).part;
    fc.assert(
      fc.property(tree, (text) => {
        const parsed = parseFormula(text);
        expect(calculate(parsed.ok ? parsed.value : [])).toBe(descend(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it("reads as names exactly what it allows as names", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", ".", "_", "$", "1", "é", " ", "-", "𝒳") }),
        (text) => {
          const parsed = parseFormula(text);
          const read = parsed.ok && parsed.value.length === 1 && "name" in (parsed.value[0] ?? {});
          expect(isName(text)).toBe(read && text === text.trim());
        },
      ),
    );
    expect(isName("now")).toBe(false);
  });
});

const CALCULATE = new Map<string, (a: number, b: number) => number>([
  ["+", (a, b) => a + b],
  ["-", (a, b) => a - b],
  ["*", (a, b) => a * b],
  ["/", (a, b) => a / b],
]);

function calculate(tokens: readonly FormulaToken[]): number | undefined {
  const stack: number[] = [];
  for (const token of tokens) {
    if ("number" in token) stack.push(token.number);
    else if ("call" in token) {
      const [a = Number.NaN, b = Number.NaN] = stack.splice(-token.arity);
      stack.push(CALCULATE.get(token.call)?.(a, b) ?? -a);
    }
  }
  return stack[0];
}

/** The same by recursive descent over words set apart, as an independent answer. */
function descend(text: string): number {
  const words = text.match(/\d+|\S/g) ?? [];
  let at = 0;
  const level = (operators: string, part: () => number) => () => {
    let value = part();
    while (at < words.length && operators.includes(words[at] ?? "!")) {
      const operator = CALCULATE.get(words[at++] ?? "");
      value = operator?.(value, part()) ?? Number.NaN;
    }
    return value;
  };
  const value = (): number => {
    const word = words[at++];
    if (word === "-") return -value();
    if (word !== "(") return Number(word);
    const inner = sum();
    at++;
    return inner;
  };
  const sum: () => number = level("+-", level("*/", value));
  return sum();
}
