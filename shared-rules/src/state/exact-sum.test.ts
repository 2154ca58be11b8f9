import fc from "fast-check";
import { expect, test } from "vitest";
import { ExactSum } from "./exact-sum.ts";

/** Below 2^1000, so that no partial sum overflows. */
const number = fc.oneof(
  fc.double({ min: -1e300, max: 1e300, noNaN: true }),
  fc.constantFrom(0.1, 0.2, 0.3, 1e16, 1, -1e16, 2 ** -1074, 0.5),
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

test("the parts add up to the sum, exactly, whatever the order", () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 40 }), (numbers) => {
      const total = numbers.reduce((all, one) => all + toBigInt(one), 0n);
      const parts = sum(numbers).settle();
      expect(parts.reduce((all, one) => all + toBigInt(one), 0n)).toBe(total);
      expect(sum([...numbers].reverse()).settle()).toEqual(parts);
      expect(sum([...numbers].sort((a, b) => a - b)).settle()).toEqual(parts);
    }),
  );
});

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

test("ten tenths are one, and merging is adding", () => {
  expect(sum(new Array(10).fill(0.1)).value).toBe(1);
  const [a, b] = [sum([1e16, 0.1]), sum([-1e16, 0.2])];
  a.merge(b);
  expect(a.settle()).toEqual(sum([0.1, 0.2]).settle());
});
