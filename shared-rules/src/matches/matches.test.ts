import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, parsePattern } from "./index.ts";

function matches(pattern: string, text: string, ignoreCase = false): boolean {
  expect(parsePattern(pattern).ok, pattern).toBe(true);
  return compilePattern(pattern, ignoreCase)(text);
}

describe("compilePattern", () => {
  it.each([
    ["", "", true],
    ["", "anything", true],
    ["b", "abc", true],
    ["^b", "abc", false],
    ["b$", "abc\n", false],
    ["c$", "abc\n", false],
    ["^.$", "😀", true],
    ["^.$", "\n", false],
    ["^.{2}$", "\r\u2028", true],
    ["^\\s$", "\v", false],
    ["^\\S$", "\u00a0", true],
    ["^[\\S]$", "\u00a0", true],
    ["^[^\\S]$", "\f", true],
    ["^\\w$", "é", false],
    ["^\\d$", "٣", false],
    ["^[\\D]$", "٣", true],
    ["^[^\\D\\d]$", "٣", false],
    ["\\bcat\\b", "the cat.", true],
    ["\\bcat\\b", "concat", false],
    ["é\\b", "é", false],
    ["a\\Bb", "ab", true],
    ["\\B", "", true],
    ["\\b", "", false],
    ["^[]a]+$", "a]", true],
    ["^[^]a]$", "]", false],
    ["^[a-]+$", "-a", true],
    ["^[-a-c-e]+$", "-bd", false],
    ["^[-a-c-e]+$", "-be", true],
    ["^[\\w-z]+$", "a-z", true],
    ["^[\\]\\-\\\\]+$", "]-\\", true],
    ["^\\t\\n\\r\\f\\v$", "\t\n\r\f\v", true],
    ["^a{,2}b{$", "a{,2}b{", true],
    ["^a{2}$", "aaa", false],
    ["^a{2,}$", "aaaa", true],
    ["^a{0}$", "", true],
    ["^(a|b|)$", "", true],
    ["^(?:ab|c){2}?$", "cab", true],
    ["a|^b", "cb", false],
    ["(^a|b)c", "xac", false],
    ["^(a*)*$", "aab", false],
    ["(|a)+$", "b", true],
    ["\\/\\_\\-\\~", "/_-~", true],
    ["\ud83d", "😀", false],
    ["^[\ud800-\udfff]\\b", "\ud83da", true],
    ["[^a]", "a\udc00", true],
  ])("%j in %j: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each([
    ["(?i)É", "é", true],
    ["a(?i)b", "aB", true],
    ["a(?i)b", "AB", false],
    ["(a(?i)b|c)d", "Cd", true],
    ["(a(?i)b|c)d", "cD", false],
    ["(?i)σ", "ς", true],
    ["(?i)k", "\u212a", true],
    ["(?i)[a-z]", "\u017f", true],
    ["(?i)^\\w$", "\u017f", false],
    ["(?i)^[\\w]$", "\u212a", false],
    ["(?i)^\\W$", "\u212a", true],
    ["(?i)\\bk", "\u212ak", true],
    ["(?i)ß", "ẞ", true],
    ["(?i)ß", "ss", false],
    ["(?i)^i$", "İ", false],
    ["(?i)[^a]", "A", false],
    ["(?i)[_-a]", "A", true],
    ["(?i)𐐀", "𐐨", true],
  ])("folds case simply: %j in %j: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it("ignores the case of the whole pattern when told", () => {
    expect(matches("^(hello)", "HELLO", true)).toBe(true);
    expect(matches("^(hello)", "HELLO")).toBe(false);
  });

  it("has a test that can be used again, and matches nothing by a pattern that is refused", () => {
    const test = compilePattern("^a+$");
    expect([test("aa"), test("ab"), test("a"), test("")]).toEqual([true, false, true, false]);
    expect(compilePattern("(")("(")).toBe(false);
  });

  it("agrees with the native engine on what the two share", () => {
    fc.assert(
      fc.property(
        pattern,
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (source, texts, fold) => {
          // Unlike the native ones, RE2's dot is all but \n, and \w is ASCII when case is ignored.
          const native = new RegExp(source.replaceAll(".", "[^\\n]"), fold ? "iu" : "u");
          // And it takes the middle of a surrogate pair for a place where \B can hold.
          fc.pre(!source.includes("\\B") || !texts.join("").includes("😀"));
          fc.pre(!fold || !/\\w|\\W|\\b|\\B/.test(source));
          const parsed = parsePattern(source);
          // The native engine has no limits.
          fc.pre(parsed.ok || !parsed.problem.code.startsWith("limit-"));
          expect(parsed).toMatchObject({ ok: true });
          const test = compilePattern(source, fold);
          for (const each of texts) expect(test(each), `${source} in ${each}`).toBe(native.test(each));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["(x+x+)+y", "x"],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "a"],
    ["(a|aa)+$", "a"],
    ["(.*)*b$", "a"],
    ["^((a?){10}){100}b$", "a"],
    ["(a?){100}a{100}$", "a"],
    ["(?i)^(?:(?:a|b|ab){1,10}){1,100}c", "ab"],
  ])("%s takes time linear in a text of 100,000 characters", (source, part) => {
    // A backtracking matcher would take more than the age of the universe, and the test would not end.
    const long = part.repeat(100_000 / part.length);
    expect(compilePattern(source)(`${long}!`)).toBe(false);
  });

  it("keeps its memory small on texts that lead to ever new states", () => {
    let seed = 1;
    const bits = Array.from({ length: 20_000 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % 2 ? "a" : "b";
    }).join("");
    expect(compilePattern("a.{30}c")(bits)).toBe(false);
    expect(compilePattern("a.{30}c")(`${bits}a${"b".repeat(30)}c`)).toBe(true);
  });

  it("forgets states met before without a change of its answers", () => {
    const test = compilePattern("^(?:.{2})*b$");
    let many = "";
    for (let code = 0x1000; code < 0x9001; code++) many += String.fromCharCode(code);
    expect([test(`${many}b`), test(`${many}ab`), test("aab"), test("ab")]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it("takes patterns that come to many steps", () => {
    const test = compilePattern(`^(?:(?:${"a?".repeat(5)}){10}){99}${"a?".repeat(49)}$`);
    expect(["", "a".repeat(4_999), "a".repeat(5_000)].map(test)).toEqual([true, true, false]);
    expect(compilePattern(`${"(".repeat(500)}${")".repeat(500)}`)("")).toBe(true);
  });
});

const text = fc.string({
  unit: fc.constantFrom(..."aAbBkKzZ09_- \n.é", "\u017f", "\u212a", "😀", "\ud800"),
  maxLength: 12,
});

/** Patterns of the syntax that both engines have. */
const pattern = fc.letrec<{ branches: string }>((tie) => {
  const atom = fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom(..."abkzA09 _é", "😀", "\\*", "\\+", ".", "\\d", "\\D", "\\w", "\\W", "\ud800"),
    fc.constantFrom("[a-b]", "[^a]", "[A-z]", "[\\d_]", "[^\\w😀]", "[é\\-]", "^", "$", "\\b", "\\B"),
    tie("branches").map((inside) => `(${inside})`),
    tie("branches").map((inside) => `(?:${inside})`),
  );
  const repetition = fc.constantFrom("*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "??", "{1,2}?");
  const part = fc.oneof(
    { weight: 3, arbitrary: atom },
    {
      weight: 1,
      // The native engine does not repeat assertions.
      arbitrary: fc
        .tuple(atom, repetition)
        .map(([one, times]) => (/^(\^|\$|\\b)$/i.test(one) ? one : one + times)),
    },
  );
  const sequence = fc.array(part, { maxLength: 3 }).map((parts) => parts.join(""));
  return { branches: fc.array(sequence, { minLength: 1, maxLength: 2 }).map((all) => all.join("|")) };
}).branches;

interface Case {
  id: string;
  rule: { op?: string; trait?: string; value?: string; ignoreCase?: boolean };
  user: { traits: Record<string, unknown> };
  member: boolean;
}

describe("the vectors of `matches`", () => {
  const file = new URL("../../../test/vectors/traits.jsonl", import.meta.url);
  const cases = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line): Case => JSON.parse(line))
    .filter(({ rule }) => rule.op === "matches");

  it.each(cases)("$id", ({ rule, user, member }) => {
    const operand = user.traits[rule.trait ?? ""];
    expect(typeof operand === "string" && matches(rule.value ?? "", operand, rule.ignoreCase)).toBe(member);
  });
});
