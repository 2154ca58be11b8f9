import { expect, test } from "vitest";
import { createId } from "./uuid.ts";

test("ids are UUIDs of version 7, unique and in the order of their making, also when the clock goes back", () => {
  const now = Date.UTC(2040, 0, 1);
  const ids = [
    ...Array.from({ length: 5_000 }, () => createId(now)),
    createId(now - 60_000),
    ...Array.from({ length: 5_000 }, () => createId(now + 1)),
  ];
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(ids[0]?.replace("-", "").slice(0, 12) ?? "", 16)).toBe(now);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});
