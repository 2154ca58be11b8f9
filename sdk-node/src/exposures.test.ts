import { expect, test } from "vitest";
import { BOUNDS } from "./bounds.ts";
import { Exposures } from "./exposures.ts";

const seen = (unit: string) => ({
  assignment: { flag: "f", experiment: "x", iteration: 1, variation: "a", unit, settled: false },
});

/** Shows the arm to so many users, and then to the first of them again; answers how often it was tracked. */
function countTracked(users: number): number {
  let tracked = 0;
  const exposures = new Exposures((user, { id }) => {
    tracked++;
    queueMicrotask(() => exposures.settle(user, id, true));
    return true;
  });
  for (let user = 0; user < users; user++) exposures.expose({ userId: `${user}` }, seen(`${user}`));
  exposures.expose({ userId: "0" }, seen("0"));
  return tracked;
}

test("what was tracked is remembered of so many units; beyond, the edge is told again, and keeps it once", () => {
  const { exposures } = BOUNDS;
  expect(countTracked(exposures - 1)).toBe(exposures - 1);
  expect(countTracked(exposures)).toBe(exposures);
  expect(countTracked(exposures + 1)).toBe(exposures + 2);
});

test("what the queue does not take is not remembered, and what has settled binds no longer", () => {
  const ann = { userId: "ann", anonymousId: "d" };
  let isFull = true;
  const ids: string[] = [];
  const exposures = new Exposures((_, { id }) => {
    ids.push(id);
    return !isFull;
  });
  exposures.expose(ann, seen("ann"));
  expect(exposures.choices(ann)).toEqual({});
  isFull = false;
  exposures.expose(ann, seen("ann"));
  exposures.expose(ann, seen("ann"));
  expect(ids).toHaveLength(2);
  expect(exposures.choices(ann)).toEqual({ x: "a" });
  expect(exposures.armOf(ann, "x", 1)).toBe("a");
  expect(exposures.armOf(ann, "x", 2)).toBeUndefined();
  expect(exposures.choices({ userId: "bob" })).toEqual({});
  exposures.settle(ann, ids[0] ?? "", true);
  expect(exposures.choices(ann)).toEqual({});
  exposures.expose(ann, {});
  exposures.expose({}, seen("nobody"));
  expect(ids).toHaveLength(2);
});
