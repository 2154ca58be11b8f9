import { expect, test } from "vitest";
import { bucket, hashText, murmur3 } from "./murmur3.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ["", 0, 0],
  ["", 1, 1364076727],
  ["a", 0, 1009084850],
  ["abc", 0, 3017643002],
  ["Hello, world!", 0, 3224780355],
  ["The quick brown fox jumps over the lazy dog", 0, 776992547],
  ["test", 0x9747b28c, 1883996636],
])("the published hash of %j with seed %i", (text, seed, hash) => {
  expect(murmur3(bytes(text), seed)).toBe(hash);
});

test("a text's hash is that of its UTF-8, whatever its length and whatever was hashed before", () => {
  for (let length = 0; length < 1_100; length += length < 40 ? 1 : 61) {
    for (const unit of ["a", "é", "漢", "👩", "\ud800"]) {
      const text = unit.repeat(length);
      hashText("x".repeat(1_024));
      expect(hashText(text, 7)).toBe(murmur3(bytes(text), 7));
    }
  }
});

test("places under a seed are spread evenly over 0 ≤ x < 100", () => {
  const tenths = new Array<number>(10).fill(0);
  for (let user = 0; user < 20_000; user++) {
    const place = bucket("rollout", `user-${user}`);
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThan(100);
    tenths[Math.floor(place / 10)] = (tenths[Math.floor(place / 10)] ?? 0) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200);
});
