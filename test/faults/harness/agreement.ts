import { expect } from "vitest";
import { marksFrom } from "./mark.ts";
import type { Stage } from "./stage.ts";
import type { Tab } from "./tab.ts";
import { WAIT } from "./wait.ts";

/**
 * Waits until the page has, by itself, handed in everything; then `marks` count there, and it says of each segment
 * what the edge says. `faults` of its disk are due.
 */
export async function expectAgreement(stage: Stage, tab: Tab, marks: number, faults = 0): Promise<void> {
  await expect.poll(async () => (await tab.status()).pending, WAIT).toBe(0);
  expect(await tab.status()).toEqual({ pending: 0, parked: 0, dropped: 0, faults, mismatches: 0 });
  expect(await tab.count()).toBe(marks);
  expect(await tab.memberships()).toEqual(await stage.askEdge(await tab.who()));
  expect(tab.errors).toEqual([]);
}

/**
 * No browser has told the edge that they differ. Ends the edge: its log has the marks 0, 1, … below `marks` once
 * each, and no others.
 */
export async function expectOnce(stage: Stage, marks: number): Promise<void> {
  expect(await stage.readMismatches()).toEqual([]);
  expect(await stage.countMarks()).toEqual(new Map(marksFrom(0, marks).map(({ n }) => [n, 1])));
}
