import { expect, test } from "vitest";
import { createIds } from "./ids.ts";

test("an id begins with its time; 16 of a millisecond count up within it, and no clock is run ahead of", () => {
  const newId = createIds(() => 0x0123456789ab);
  const ids = Array.from({ length: 17 }, newId);
  expect(ids.map((id) => id.slice(0, 13))).toEqual([
    ...Array.from("0123456789abcdef", (digit) => `0123456789ab${digit}`),
    "0123456789ac0",
  ]);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{31}$/);
});

test("an early time is as long as a late one", () => {
  expect(createIds(() => 1)()).toHaveLength(createIds(() => 2 ** 48 - 1)().length);
});

test("ids sort as they were made: within a millisecond and when the clock goes back", () => {
  let now = Date.UTC(2026, 0, 1);
  const newId = createIds(() => now);
  const ids = Array.from({ length: 10_000 }, (_, index) => {
    if (index % 3_000 === 0) now -= 5;
    if (index % 4_500 === 0) now += 7_000;
    return newId();
  });
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("two devices at the same instant make different ids", () => {
  const [one, other] = [createIds(() => 1), createIds(() => 1)];
  expect(one()).not.toBe(other());
});

test("the same clock and the same randomness make the same ids", () => {
  const make = () =>
    createIds(
      () => 1,
      (length) => new Uint8Array(length).fill(0xab),
    );
  expect(make()()).toBe(`000000000001${"0"}${"ab".repeat(9)}`);
  expect(make()()).toBe(make()());
});
