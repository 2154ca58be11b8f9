import { layoutOf, rebuild, UserState } from "@muster/rules/state";
import { expect } from "vitest";
import type { Book } from "./book.ts";
import type { LoadRequest } from "./load.ts";
import { planOf } from "./segments.ts";

/** The file is sound, holds what was acknowledged, nothing twice, and nothing without the profile it belongs to. */
export function expectSound(book: Book, acknowledged: readonly LoadRequest[]): void {
  const { integrity, orphaned, unaccounted, copies } = book;
  expect({ integrity, orphaned, unaccounted }).toEqual({ integrity: "ok", orphaned: [], unaccounted: 0 });
  expect([...copies].filter(([, number]) => number !== 1)).toEqual([]);
  expect(acknowledged.flatMap(({ fresh }) => fresh.filter((id) => !copies.has(id)))).toEqual([]);
}

/** Of a request that broke off, the log holds all or nothing; gives whether all. */
export function isCommitted({ copies }: Book, { fresh }: LoadRequest): boolean {
  const held = fresh.filter((id) => copies.has(id)).length;
  expect([0, fresh.length]).toContain(held);
  return held > 0;
}

/** Each state that follows the segments as they are is the one that the log gives; gives how many do. */
export function expectStatesOfLog({ segments, profiles }: Book): number {
  const plan = planOf(segments);
  const layout = layoutOf(plan);
  const current = profiles.filter((profile) => profile.layout === layout);
  for (const { owner, state, events } of current) {
    const { now } = state;
    const [kept, made] = [new UserState(plan, state), rebuild(plan, events)].map((each) => each.save(now));
    expect(kept, owner).toEqual(made);
  }
  return current.length;
}
