import { expect, expectTypeOf, test } from "vitest";
import { compileDecisions } from "../compile/compile-decisions.ts";
import type { FlagValue } from "../definitions.ts";
import type { DecisionTable } from "../table.ts";
import type { Asked } from "./asked.ts";
import { decideFlag } from "./decide-flag.ts";

const asked: Asked = { now: 0, answers: () => undefined };
const state = { enabled: true, off: "a", otherwise: "a" } as const;
const { table } = compileDecisions({
  flags: {
    boolean: { type: "boolean", variations: { a: true }, ...state },
    string: { type: "string", variations: { a: "A" }, ...state },
    number: { type: "number", variations: { a: 1 }, ...state },
    json: { type: "json", variations: { a: { x: [1] } }, ...state },
  },
});

test("a value has the type of its fallback", () => {
  const values = {
    boolean: decideFlag(table, "boolean", false, asked).value,
    string: decideFlag(table, "string", "", asked).value,
    number: decideFlag(table, "number", 0, asked).value,
    json: decideFlag(table, "json", null, asked).value,
    any: decideFlag(table, "string", undefined, asked).value,
  };
  expectTypeOf(values).toEqualTypeOf<{
    boolean: boolean;
    string: string;
    number: number;
    json: FlagValue | null;
    any: FlagValue | undefined;
  }>();
  expect(values).toEqual({ boolean: true, string: "A", number: 1, json: { x: [1] }, any: "A" });
});

test.each([
  ["boolean", "true"],
  ["string", 0],
  ["number", false],
  ["json", "{}"],
  ["string", null],
])("a %s flag gives a fallback of another type back: %j", (flag, fallback) => {
  const decision = decideFlag(table, flag, fallback, asked);
  expect(decision).toEqual({
    flag,
    value: fallback,
    reason: "ERROR",
    errorCode: "TYPE_MISMATCH",
    until: null,
  });
});

test("flags that need one another, which validation refuses, still end", () => {
  const loop = (other: string) => ({
    variations: { a: 1, b: 2 },
    states: [{ ...state, otherwise: "b", overrides: [], prerequisites: [[other, ["b"]]], rules: [] }],
  });
  const flags = { x: loop("y"), y: loop("x"), z: loop("z") };
  const wrong = { ...table, flags } as unknown as DecisionTable;
  for (const flag of ["x", "y", "z"])
    expect(decideFlag(wrong, flag, 0, asked)).toMatchObject({ value: 1, reason: "DEFAULT" });
});
