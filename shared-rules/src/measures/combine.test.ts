import fc from "fast-check";
import { expect, test } from "vitest";
import type { Digest } from "../engine/features.ts";
import { combine } from "./combine.ts";

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0.1, 0.2, 1e16, 1, -1e16, 5e-324, 1e308, -1e308, 2 ** 960),
);
const numbers = fc.array(number, { maxLength: 20 });
const scalars = fc.array(fc.oneof(number, fc.boolean(), fc.string({ unit: "binary", maxLength: 2 })), {
  maxLength: 8,
});
const one = (value: fc.Arbitrary<unknown>) => fc.array(value, { maxLength: 1 });
const edge = fc.oneof(
  fc.constant<Digest>([]),
  fc.tuple(fc.nat(3), fc.constantFrom("a", "B", "__proto__"), fc.constant("x")),
);
const digests = {
  sum: numbers,
  avg: numbers.map((all): Digest => (all.length ? [all.length, ...all] : [])),
  min: one(number),
  max: one(number),
  firstTime: one(fc.integer()),
  lastTime: one(fc.integer()),
  days: fc.array(fc.integer()),
  distinct: scalars,
  first: edge,
  last: edge,
} satisfies { [measure: string]: fc.Arbitrary<Digest> };

test.each(Object.entries(digests))(
  "digests of %s are one for a set, in any order and grouping",
  (name, digest) => {
    const measure = name as keyof typeof digests;
    fc.assert(
      fc.property(digest, digest, digest, (a, b, c) => {
        const settled = combine(measure, a, combine(measure, b, c));
        const text = JSON.stringify(settled);
        expect(JSON.stringify(combine(measure, combine(measure, c, a), b))).toBe(text);
        expect(JSON.stringify(combine(measure, settled, []))).toBe(text);
        expect(JSON.stringify(combine(measure, [], JSON.parse(text)))).toBe(text);
      }),
    );
  },
);
