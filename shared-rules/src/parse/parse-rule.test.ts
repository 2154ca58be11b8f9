import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rule } from "../rule.ts";
import { findCycle } from "./find-cycle.ts";
import { parseComputed } from "./parse-computed.ts";
import { parseRule } from "./parse-rule.ts";
import type { Parsed } from "./problem.ts";

function refusal(parsed: Parsed<unknown>) {
  return parsed.ok ? undefined : parsed.problem;
}

const exists = { trait: "a", op: "exists" };

/** JSON that resembles a rule, so that the parser gets past the first key. */
const ruleLike = fc.letrec((tie) => {
  const key = fc.constantFrom(
    ...[
      "all",
      "any",
      "not",
      "segment",
      "trait",
      "event",
      "formula",
      "let",
      "sequence",
      "bucket",
      "where",
      "prop",
    ],
    ...[
      "within",
      "measure",
      "op",
      "value",
      "ignoreCase",
      "atMost",
      "days",
      "ago",
      "calendar",
      "offset",
      "first",
    ],
    ...["__proto__", "constructor", "toString", "from", "olderThan", "a", "x/y"],
  );
  const leaf = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(
      "eq",
      "in",
      "gte",
      "exists",
      "within",
      "matches",
      "a + 1",
      "count",
      "*",
      "(?i)a+",
      "month",
    ),
    fc.constantFrom(true, 1, -1, 0),
  );
  const object = fc
    .array(fc.tuple(key, tie("json")), { maxLength: 4 })
    .map((entries): unknown => Object.fromEntries(entries));
  const list = fc.array(tie("json"), { maxLength: 3 });
  const condition = fc.oneof(
    fc.record({ trait: fc.string(), op: key, value: tie("json") }),
    fc.record({
      event: fc.string(),
      op: fc.constant("gte"),
      value: fc.nat(),
      where: tie("json"),
      within: tie("json"),
    }),
    fc.record(
      { formula: leaf, op: fc.constant("eq"), value: leaf, let: object },
      { requiredKeys: ["formula"] },
    ),
    fc.record({ sequence: fc.array(fc.record({ event: fc.string() }), { minLength: 1 }) }),
    fc.record({ trait: fc.string(), op: fc.constantFrom("eq", "gt"), value: fc.double() }),
  );
  return {
    json: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      object,
      list,
      condition,
      fc.record({ all: fc.array(tie("json"), { maxLength: 3 }) }),
      fc.record({ not: tie("json") }),
    ),
  };
}).json;

describe("parseRule", () => {
  it("answers or refuses any JSON value, and accepts again what it has accepted", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), ruleLike), (json) => {
        for (const [parse, document] of [
          [parseRule, json],
          [parseComputed, json],
          [parseComputed, { a: json }],
        ] as const) {
          const parsed = parse(document);
          if (parsed.ok) expect(parse(parsed.value)).toEqual(parsed);
          else expect(parsed.problem.path).toMatch(/^(\/|$)/);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("answers a nesting of any depth, and a list of any length", () => {
    let deep: unknown = exists;
    for (let i = 0; i < 200_000; i++) deep = { not: deep };
    expect(refusal(parseRule(deep))?.code).toBe("limit-levels");
    let list: unknown = [];
    for (let i = 0; i < 200_000; i++) list = [list];
    expect(refusal(parseRule({ trait: "a", op: "eq", value: list }))?.path).toBe("/value");
    expect(refusal(parseRule({ all: new Array(1_000_000).fill(exists) }))?.code).toBe("limit-conditions");
    expect(refusal(parseRule({ [`${"k".repeat(1_000_000)}`]: 1 }))?.detail.length).toBeLessThan(200);
  });

  it("knows no operator, form or unit by the names that every object has", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(refusal(parseRule({ trait: "a", op: name, value: 1 }))?.code).toBe("unknown-operator");
      expect(refusal(parseRule(JSON.parse(`{"${name}": []}`)))?.path).toBe("");
      const measure: unknown = JSON.parse(`{"${name}": "p"}`);
      expect(refusal(parseRule({ event: "a", measure, ...exists }))?.code).toBe("unknown-form");
    }
    expect(refusal(parseRule(Object.create({ trait: "a", op: "exists" })))?.code).toBe("unknown-form");
  });

  it("takes hostile names as any other, and copies them as own keys", () => {
    const text =
      '{"formula":"__proto__ + constructor","let":{"__proto__":{"trait":"__proto__"}},"op":"exists"}';
    const parsed = parseRule(JSON.parse(text));
    expect(JSON.stringify(parsed)).toBe(`{"ok":true,"value":${text}}`);
    expect(parseRule({ trait: "\ud800\u0000", op: "eq", value: "\udfff" }).ok).toBe(true);
  });

  it("copies what it has checked", () => {
    const value = ["a"];
    const rule = { trait: "plan", op: "in", value };
    const parsed = parseRule(rule);
    value.push("b");
    rule.trait = "other";
    expect(parsed).toEqual({ ok: true, value: { trait: "plan", op: "in", value: ["a"] } });
  });

  it("says what is wrong, where, and what would be right", () => {
    expect(refusal(parseRule({ any: [{ trait: "plan", op: "in", value: ["pro", null] }] }))).toEqual({
      code: "wrong-type",
      path: "/any/0/value/1",
      detail: "null stands in a list of strings, finite numbers and booleans",
    });
    expect(refusal(parseRule({ event: "visit", within: { "a/b~c": 1 }, op: "exists" }))).toMatchObject({
      code: "unknown-key",
      path: "/within/a~1b~0c",
      detail: expect.stringContaining("days"),
    });
    expect(refusal(parseRule({ trait: "a", op: "matches", value: "a{101}" }))?.detail).toBe(
      '{101} is not a repetition of at most 100 in the pattern "a{101}"',
    );
  });

  it("refuses numbers that are not finite, and instants outside the years 0001 to 9999", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refusal(parseRule({ trait: "a", op: "gt", value }))?.path).toBe("/value");
    }
    expect(parseRule({ trait: "a", op: "before", value: 253_402_300_799_999 }).ok).toBe(true);
    expect(refusal(parseRule({ trait: "a", op: "before", value: 253_402_300_800_000 }))?.path).toBe("/value");
  });
});

describe("parseComputed", () => {
  it("follows a chain of any length, and finds the loop at its end", () => {
    const chain = Array.from({ length: 100_000 }, (_, i): [string, string] => [`c${i}`, `c${i + 1}`]);
    expect(parseComputed(Object.fromEntries(chain)).ok).toBe(true);
    const loop = refusal(parseComputed(Object.fromEntries([...chain, ["c100000", "c99999"]])));
    expect(loop).toMatchObject({ code: "cycle", path: expect.stringMatching(/^\/c(99999|100000)$/) });
  });

  it("counts the limits of each computed trait by itself", () => {
    const names = Array.from({ length: 300 }, (_, i): [string, unknown] => [`c${i}`, { trait: "a" }]);
    expect(parseComputed(Object.fromEntries(names)).ok).toBe(true);
    const wide = { formula: "1", let: Object.fromEntries(names) };
    expect(refusal(parseComputed({ wide }))?.code).toBe("limit-conditions");
  });
});

describe("findCycle", () => {
  it("follows a chain of any length, and names that every object has", () => {
    const segments: Record<string, { rule: Rule }> = {};
    for (let i = 0; i < 50_000; i++) segments[`s${i}`] = { rule: { segment: `s${i + 1}` } };
    expect(findCycle("a", { segment: "s0" }, segments)).toBeNull();
    segments.s50000 = { rule: { any: [{ segment: "constructor" }, { not: { segment: "a" } }] } };
    expect(findCycle("a", { all: [{ segment: "toString" }, { segment: "s0" }] }, segments)).toMatchObject({
      code: "cycle",
      path: "/all/1/segment",
    });
  });
});
