import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { buildProgram } from "./build-program.ts";
import { compilePattern, parsePattern } from "./index.ts";

describe("parsePattern", () => {
  it.each([
    ["(", "a group is not closed"],
    ["a)", ") closes no group"],
    ["[a", "what begins at [a is not known"],
    ["[]", "what begins at [] is not known"],
    ["[^]", "what begins at [^] is not known"],
    ["[b-a]", "the range b-a is empty"],
    ["[a-\\d]", "\\d means nothing"],
    ["[\\b]", "\\b means nothing"],
    ["[[:alpha:]]", "named classes are not known"],
    ["*a", "* has nothing to repeat"],
    ["a|*", "* has nothing to repeat"],
    ["(?i)*", "* has nothing to repeat"],
    ["{2}", "{2} has nothing to repeat"],
    ["a**", "* has nothing to repeat"],
    ["a{2}{3}", "{3} has nothing to repeat"],
    ["a*+", "+ has nothing to repeat"],
    ["a{2,1}", "{2,1} is not a repetition"],
    ["a{101}", "{101} is not a repetition of at most 100"],
    ["a{101,}", "{101,} is not a repetition of at most 100"],
    ["((a{11}){10}){10}", "repetitions inside one another multiply to more than 1000"],
    ["(a{100}b*){11,}", "repetitions inside one another multiply to more than 1000"],
    ["(?=a)", "what begins at (?=a) is not known"],
    ["(?<n>a)", "what begins at (?<n>a) is not known"],
    ["(?s).", "what begins at (?s). is not known"],
    ["(?i:a)", "what begins at (?i:a) is not known"],
    ["\\1", "\\1 means nothing"],
    ["\\x41", "\\x means nothing"],
    ["\\pL", "\\p means nothing"],
    ["\\A", "\\A means nothing"],
    ["\\ ", "\\  means nothing"],
    ["\\", "what begins at \\ is not known"],
  ])("%j is refused: %s", (source, detail) => {
    expect(parsePattern(source)).toMatchObject({
      ok: false,
      problem: { code: "invalid-pattern", path: "", detail: expect.stringContaining(detail) },
    });
  });

  it.each([
    "((a{10}){10}){10}",
    "(a{100}){10}b{100}",
    "((a{100}){0}){100}",
    "^*",
    "\\b+",
    "😀".repeat(1_000),
  ])("%j is accepted", (source) => {
    expect(parsePattern(source).ok).toBe(true);
  });

  it("has a limit of characters", () => {
    expect(parsePattern("a".repeat(LIMITS.pattern)).ok).toBe(true);
    expect(parsePattern("a".repeat(LIMITS.pattern + 1))).toMatchObject({
      problem: { code: "limit-pattern", path: "" },
    });
  });

  describe.each([
    ["", 0],
    ["^\\b\\d$", 4],
    ["(?:a|b?){100}", 400],
    ["(?:c+){100}", 300],
    ["(?:a*b{2,}){100}", 600],
    ["(?:d{0,2}){1,100}", 499],
    ["(?:(?:f|){50}){20}", 2_000],
    ["(?:g{100}){0}", 0],
  ])("%j comes to %i steps", (pattern, steps) => {
    const extend = (size: number) => {
      const rest = size - steps;
      return `${pattern}${"(?:z{100}){10}".repeat(rest / 1_000)}${"z{100}".repeat((rest % 1_000) / 100)}${"z".repeat(rest % 100)}`;
    };

    it.each([LIMITS.patternSize - 1, LIMITS.patternSize])("and is accepted with others up to %i", (size) => {
      const parsed = parsePattern(extend(size));
      // The program has one more instruction, the one that has matched.
      expect(parsed.ok && buildProgram(parsed.value).program.length).toBe(size + 1);
    });

    it("and is refused with one more than that", () => {
      expect(parsePattern(extend(LIMITS.patternSize + 1))).toMatchObject({
        problem: { code: "limit-pattern", path: "" },
      });
    });
  });

  it("answers any text, and what it accepts can be used", () => {
    const word = fc.constantFrom(
      ..."()[]{}|*+?^$.\\-,:ia02",
      "(?i)",
      "(?:",
      "{1,2}",
      "\\d",
      "[^",
      "\ud800",
      "é",
    );
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join("")),
        fc.string({ unit: "binary" }),
        (source, each) => {
          const parsed = parsePattern(source);
          const found = compilePattern(source)(each);
          if (!parsed.ok) expect(found).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
