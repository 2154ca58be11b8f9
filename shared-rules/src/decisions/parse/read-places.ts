import { readList } from "../../parse/fields.ts";
import { pointer, refuse } from "../../parse/problem.ts";
import type { Places, Split } from "../definitions.ts";
import { PLACES } from "../places.ts";
import { readByKey, readItems, readWhole } from "./read.ts";

function readRange(value: unknown, path: string): readonly [from: number, to: number] {
  const [low, high, ...more] = readList(value, path, "a range [from, to)");
  if (high === undefined || more.length > 0)
    refuse(path, "invalid-value", "a range has two numbers, [from, to)");
  const from = readWhole(low, pointer(path, 0), 0, PLACES - 1);
  return [from, readWhole(high, pointer(path, 1), from + 1, PLACES)];
}

/** Ranges of places, ascending and apart. */
export function readPlaces(value: unknown, path: string): Places {
  const places = readItems(value, path, "ranges", "ranges", readRange);
  let end = 0;
  for (const [index, [from, to]] of places.entries()) {
    if (from < end)
      refuse(pointer(path, index), "invalid-value", "a range begins before the one before it has ended");
    end = to;
  }
  return places;
}

/** Refuses places that two of these have; each stands under the path that it is given with. */
export function refuseOverlaps(all: Iterable<readonly [path: string, places: Places]>): void {
  const ranges = [...all].flatMap(([path, places]) => places.map(([from, to]) => ({ path, from, to })));
  ranges.sort((a, b) => a.from - b.from);
  let last = { path: "", to: 0 };
  for (const range of ranges) {
    if (range.from < last.to)
      refuse(range.path, "overlap", `the place ${range.from} is already taken at ${last.path}`);
    last = range;
  }
}

/** Shares of places that do not overlap. */
export function readSplit(value: unknown, path: string, limit: "variations" | "arms", what: string): Split {
  const split = readByKey(value, path, limit, what, readPlaces);
  refuseOverlaps(Object.entries(split).map(([key, places]) => [pointer(path, key), places]));
  return split;
}
