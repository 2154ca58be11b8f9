import fc from "fast-check";
import { expect, test } from "vitest";
import { attempt } from "../../parse/problem.ts";
import type { Places, Split } from "../definitions.ts";
import { PLACES, sizeOf } from "../places.ts";
import {
  percentOf,
  percentsOf,
  placesBeside,
  placesOfPercent,
  placesOfPercents,
  placesOfWeights,
} from "./shares.ts";

const percent = fc.integer({ min: 0, max: 1_000_000 }).map((parts) => parts / 10_000);

function shared(one: Places, other: Places): number {
  return one
    .flatMap(([a, b]) => other.map(([c, d]) => Math.max(0, Math.min(b, d) - Math.max(a, c))))
    .reduce((sum, size) => sum + size, 0);
}

function expectApart(places: Places): void {
  let end = -1;
  for (const [from, to] of places) {
    expect(from).toBeGreaterThan(end);
    expect(to).toBeGreaterThan(from);
    end = to;
  }
}

test("a percentage is exact to one place, keeps what it may, and comes back as it was written", () => {
  fc.assert(
    fc.property(fc.array(percent, { minLength: 1, maxLength: 6 }), (percentages) => {
      let places: Places = [];
      for (const each of percentages) {
        const next = placesOfPercent(each, "", places);
        expect(Math.abs(sizeOf(next) - (each / 100) * PLACES)).toBeLessThan(1);
        expect(shared(places, next)).toBe(Math.min(sizeOf(places), sizeOf(next)));
        expect(percentOf(next)).toBe(each);
        places = next;
      }
    }),
  );
});

test("the parts of a group never meet, whatever is asked of them in whatever order", () => {
  const edits = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), percent), { maxLength: 20 });
  fc.assert(
    fc.property(edits, (asked) => {
      const parts = new Map<string, Places>();
      for (const [key, share] of asked) {
        const before = parts.get(key) ?? [];
        const taken = [...parts].flatMap(([other, places]) => (other === key ? [] : places));
        const next = attempt(() => placesBeside(share, "", before, taken));
        const wanted = Math.floor((share / 100) * PLACES);
        if (!next.ok) {
          expect(next.problem.code).toBe("group-full");
          expect(wanted).toBeGreaterThan(PLACES - sizeOf(taken) - 1);
          continue;
        }
        expectApart(next.value);
        expect(Math.abs(sizeOf(next.value) - wanted)).toBeLessThanOrEqual(1);
        expect(shared(next.value, taken)).toBe(0);
        expect(shared(next.value, before)).toBe(Math.min(sizeOf(before), sizeOf(next.value)));
        expect(placesBeside(share, "", next.value, taken)).toEqual(next.value);
        parts.set(key, next.value);
      }
    }),
  );
});

test("all of a group can be had by equal parts", () => {
  let taken: Places = [];
  for (let part = 0; part < 8; part++) taken = [...taken, ...placesBeside(12.5, "", [], taken)];
  expect(sizeOf(taken)).toBe(PLACES);
});

test("percentages of a split can be written again, and never exceed 100", () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(weights, (list) => {
      fc.pre(list.some((weight) => weight > 0));
      const named = Object.fromEntries(list.map((weight, index) => [`n${index}`, weight]));
      const split: Split = placesOfWeights(named, "", {});
      expect(Object.values(split).reduce((sum, places) => sum + sizeOf(places), 0)).toBe(PLACES);
      const again = placesOfPercents(percentsOf(split), "", split);
      for (const [name, places] of Object.entries(again)) {
        // Four decimals of a percent, and what the largest gives so that all are 100 at most.
        expect(Math.abs(sizeOf(places) - sizeOf(split[name] ?? []))).toBeLessThan((PLACES / 1_000_000) * 5);
      }
    }),
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -0.1, 0.00001, "5", null, {}, 100.0001])(
  "%s is no percentage",
  (value) => {
    const refused = attempt(() => placesOfPercent(value, "/share", []));
    expect(refused).toMatchObject({ ok: false, problem: { code: "invalid-value", path: "/share" } });
  },
);

test("what a document's places are described by keeps them, fine as they are", () => {
  const third = Math.floor(PLACES / 3);
  const fine: Places = [[7, third + 8]];
  const rest: Places = [
    [0, 7],
    [third + 8, PLACES],
  ];
  const split = { a: fine, b: rest };
  expect(placesOfPercent(percentOf(fine), "", fine)).toEqual(fine);
  expect(placesBeside(percentOf(rest), "", rest, fine)).toEqual(rest);
  expect(placesOfPercents(percentsOf(split), "", split)).toEqual(split);
  expect(placesOfWeights(percentsOf(split), "", split)).toEqual(split);
});
