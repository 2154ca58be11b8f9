/** The event that tests track; `n` is another one for each, so that what is lost or doubled has a name. */
export interface Mark {
  n: number;
  /** Makes an operation large. */
  filler?: string;
}

export const MARK = "mark";

/** How many of a user's marks the segments below can tell apart. */
const RUNGS = 64;

/** One segment for each number of marks: as many as a user is a member of, so many marks count for them. */
export function ladder(): { key: string; name: string; rule: object }[] {
  return Array.from({ length: RUNGS }, (_, index) => ({
    key: `rung-${index + 1}`,
    name: `${index + 1} marks`,
    rule: { event: MARK, op: "gte", value: index + 1 },
  }));
}

/** How many marks count, by the memberships of their user. */
export function countRungs(memberships: Readonly<Record<string, boolean>>): number {
  return Object.entries(memberships).filter(([key, member]) => member && key.startsWith("rung-")).length;
}

/** The numbers from `from` on, `count` of them, as marks. */
export function marksFrom(from: number, count: number, filler?: string): Mark[] {
  return Array.from({ length: count }, (_, index) => ({ n: from + index, ...(filler && { filler }) }));
}
