import { hashText } from "../../murmur3.ts";
import type { Assignment } from "./assign.ts";

/** The event that says that a unit has seen an arm; it is tracked under this id. */
export interface Exposure {
  id: string;
  name: "$exposure";
  props: Omit<Assignment, "settled">;
}

/** The id of a unit's one exposure to an iteration of an experiment: whoever tracks it again changes nothing. */
export function exposureId(experiment: string, iteration: number, unit: string): string {
  const text = JSON.stringify([experiment, iteration, unit]);
  // 128 bits, of which no user's log needs more.
  return `$x${[0, 1, 2, 3].map((seed) => hashText(text, seed).toString(16).padStart(8, "0")).join("")}`;
}

/** The exposure to track when what was decided is used; undefined where there is none to track. */
export function exposureOf({ assignment }: { assignment?: Assignment }): Exposure | undefined {
  if (!assignment || assignment.settled) return undefined;
  const { settled, ...props } = assignment;
  return { id: exposureId(props.experiment, props.iteration, props.unit), name: "$exposure", props };
}
