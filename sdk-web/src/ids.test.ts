import { expect, test } from "vitest";
import { createIds } from "./ids.ts";

const fill = (bytes: Uint8Array<ArrayBuffer>) => void crypto.getRandomValues(bytes);

test("an id begins with its time and is one that the wire takes", () => {
  const newId = createIds(() => 0x0123456789ab, fill);
  expect(newId()).toMatch(/^0123456789ab[0-9a-f]{20}$/);
});

test("ids sort as they were made: within a millisecond and when the clock goes back", () => {
  let now = Date.UTC(2026, 0, 1);
  const newId = createIds(() => now, fill);
  const ids = Array.from({ length: 10_000 }, (_, index) => {
    if (index % 3_000 === 0) now -= 5;
    if (index % 4_500 === 0) now += 7;
    return newId();
  });
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("two devices at the same instant make different ids", () => {
  const [one, other] = [createIds(() => 1, fill), createIds(() => 1, fill)];
  expect(one()).not.toBe(other());
});
