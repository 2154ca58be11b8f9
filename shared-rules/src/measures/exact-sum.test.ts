import fc from "fast-check";
import { expect, test } from "vitest";
import { ExactSum } from "./exact-sum.ts";

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0.1, 0.2, 0.3, 1e16, 1, -1e16, 2 ** -1074, 0.5, 1e308, -1e308, 2 ** 960, -(2 ** 960)),
);

function sum(numbers: readonly number[]): ExactSum {
  const exact = new ExactSum();
  for (const one of numbers) exact.add(one);
  return exact;
}

/** Numbers as multiples of 2^-1074, the least double. */
function toBigInt(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return bits >> 63n ? -size : size;
}

test("the value is the double nearest to the sum", () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 40 }), (numbers) => {
      const total = numbers.reduce((all, one) => all + toBigInt(one), 0n);
      const { value } = sum(numbers);
      const distance = (other: number) => {
        const between = toBigInt(other) - total;
        return between < 0n ? -between : between;
      };
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value);
      for (const step of [1n, -1n]) {
        const neighbour = new DataView(new ArrayBuffer(8));
        neighbour.setBigUint64(0, BigInt.asUintN(64, view.getBigUint64(0) + step));
        const other = neighbour.getFloat64(0);
        if (Number.isFinite(other) && value !== 0) expect(distance(value) <= distance(other)).toBe(true);
      }
    }),
  );
});

test("ten tenths are one", () => expect(sum(new Array(10).fill(0.1)).value).toBe(1));

test("no sum on the way overflows, and what cancels out leaves the rest whole", () => {
  const max = Number.MAX_VALUE;
  expect(sum([max, max, -max]).value).toBe(max);
  expect(sum([max, 5e-324, -max]).value).toBe(5e-324);
  expect(sum([max, max]).value).toBe(Number.POSITIVE_INFINITY);
  expect(sum([2 ** 960, -(2 ** 959), 0.1, -(2 ** 959)]).value).toBe(0.1);
  // Halfway between two doubles, and just beyond.
  const half = 2 ** 970;
  expect(sum([max, half]).value).toBe(Number.POSITIVE_INFINITY);
  expect(sum([max, half, -5e-324]).value).toBe(max);
});
