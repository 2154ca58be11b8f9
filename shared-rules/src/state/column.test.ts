import fc from "fast-check";
import { expect, test } from "vitest";
import { readColumn, writeColumn } from "./column.ts";

const value = fc.oneof(
  fc.constant(undefined),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.integer().map((cents) => cents / 100),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.string({ unit: "binary" }),
  fc.boolean(),
  fc.array(fc.string()),
);

test("a column is read as it was written, through JSON", () => {
  for (const arbitrary of [
    value,
    fc.option(fc.nat(1_000), { nil: undefined }),
    fc.constantFrom(0.1, 19.99, -0.25),
  ]) {
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 30 }), (column) => {
        const text = JSON.stringify(writeColumn(column));
        const read = readColumn(JSON.parse(text), column.length);
        // JSON does not tell -0 from 0.
        expect(read).toEqual(column.map((one) => (one === 0 ? 0 : one)));
        expect(JSON.stringify(writeColumn(read))).toBe(text);
      }),
    );
  }
});

test("numbers of a few decimal places take a few characters", () => {
  const column = Array.from({ length: 100 }, (_, at) => (at * 37) / 100);
  expect(JSON.stringify(writeColumn(column)).length).toBeLessThan(220);
  expect(writeColumn([1e300, 1])).toEqual([1e300, 1]);
  expect(writeColumn([undefined, undefined])).toBe("");
});
