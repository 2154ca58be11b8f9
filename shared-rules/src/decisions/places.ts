import type { Places, Split } from "./definitions.ts";
import type { TableSplit } from "./table.ts";

/** How many places there are: one for each hash. */
export const PLACES = 2 ** 32;

/** How many places these ranges hold. */
export function sizeOf(places: Places): number {
  return places.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** The whole of the places in order, each run with the name that has it, or null. */
export function runsOf(split: Split): { name: string | null; from: number; to: number }[] {
  const taken = Object.entries(split)
    .flatMap(([name, places]) => places.map(([from, to]) => ({ name, from, to })))
    .sort((a, b) => a.from - b.from);
  const runs: { name: string | null; from: number; to: number }[] = [];
  let end = 0;
  for (const run of [...taken, { name: null, from: PLACES, to: PLACES }]) {
    if (run.from > end) runs.push({ name: null, from: end, to: run.from });
    if (run.to > run.from) runs.push(run);
    end = run.to;
  }
  return runs;
}

/** A split as a table holds it; what is nobody's at the end is left out. */
export function tableSplit(seed: string, split: Split): TableSplit {
  const ends: [number, string | null][] = [];
  for (const { name, to } of runsOf(split)) {
    const last = ends.at(-1);
    if (last?.[1] === name) last[0] = to;
    else ends.push([to, name]);
  }
  if (ends.at(-1)?.[1] === null) ends.pop();
  return { seed, ends };
}
