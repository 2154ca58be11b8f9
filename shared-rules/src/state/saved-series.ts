import { headOf, pack, unpack } from "./pack.ts";

/**
 * A series as JSON: the instants (packed: the first, then the gaps), where they count the ids (in a text, with
 * spaces between), the column of each property, each fold, and the first event where it is kept apart (instant, id,
 * properties). A number alone in a fold stands by itself, and so does a text that is alone; what is empty at the end
 * is left out.
 */
export type SavedSeries = string | readonly unknown[];

/** The instants of a packed text; none for an empty or any other value. */
export function readInstants(text: unknown): number[] {
  if (typeof text !== "string" || !text) return [];
  let ts = headOf(text);
  const instants = [ts];
  unpack(text, 0, (gap) => {
    ts += gap;
    instants.push(ts);
  });
  return instants;
}

/** What `joinParts` was given. */
export function partsOf(saved: SavedSeries): readonly unknown[] {
  return typeof saved === "string" ? [saved] : saved;
}

/** A list that was saved; an empty one for anything else. */
export const readList = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);

const isEmpty = (part: unknown) => part === "" || (Array.isArray(part) && part.length === 0);

/** Ids hold no spaces (RULES.md §1); those that do all the same are kept as a list. */
export function writeIds(ids: readonly string[]): string | readonly string[] {
  const text = ids.join(" ");
  return text.split(" ").length === ids.length ? text : [...ids];
}

/** The ids that `writeIds` was given. */
export function readIds(saved: unknown): string[] {
  return typeof saved === "string" ? saved.split(" ") : readList(saved).map(String);
}

/** Packs instants, which are in order. */
export function writeInstants(instants: readonly number[]): string {
  const [head] = instants;
  if (head === undefined) return "";
  const gaps: number[] = [];
  for (let at = 1; at < instants.length; at++) gaps.push((instants[at] ?? 0) - (instants[at - 1] ?? 0));
  return pack(head, gaps);
}

/** The parts of a series without what is empty at the end. */
export function joinParts(parts: readonly unknown[]): SavedSeries {
  const end = parts.findLastIndex((part) => !isEmpty(part)) + 1;
  const [only = ""] = parts;
  return end < 2 && typeof only === "string" ? only : parts.slice(0, end);
}
