import fc from "fast-check";
import { expect, test } from "vitest";
import { foldTraits, traitsOf } from "./traits.ts";
import type { TraitWrite } from "./user.ts";

const write = fc.record({
  id: fc.constantFrom("a", "b", "c", "d"),
  ts: fc.nat(2),
  set: fc.dictionary(fc.constantFrom("plan", "__proto__", "toString"), fc.constantFrom(1, "x", null)),
});
/** One write for each id: a repeated id is the same write. */
const writes = fc.uniqueArray(write, { selector: ({ id }) => id });

test("the order, grouping and repetition of writes change nothing (law 2)", () => {
  fc.assert(
    fc.property(writes, fc.nat(4), (list: TraitWrite[], at) => {
      const once = foldTraits({}, list);
      expect(foldTraits({}, [...list].reverse())).toEqual(once);
      expect(foldTraits(foldTraits({}, list.slice(0, at)), [...list.slice(at), ...list])).toEqual(once);
    }),
  );
});

test("the write with the largest time and id wins, and null removes", () => {
  const state = foldTraits({}, [
    { id: "b", ts: 1, set: { plan: "pro", city: "X" } },
    { id: "a", ts: 1, set: { plan: "free" } },
    { id: "c", ts: 2, set: { city: null } },
  ]);
  expect({ ...traitsOf(state) }).toEqual({ plan: "pro" });
});

test("a name that objects inherit is a name like any other", () => {
  const state = foldTraits({}, [{ id: "a", ts: 1, set: JSON.parse('{"__proto__":"x","constructor":5}') }]);
  const traits = traitsOf(state);
  expect(Object.entries(traits)).toContainEqual(["__proto__", "x"]);
  expect(traits.constructor).toBe(5);
  expect(traits.toString).toBeUndefined();
});
