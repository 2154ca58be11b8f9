import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeLines } from "./make-lines.ts";
import { murmur3 } from "./murmur3.ts";

test("decisions.jsonl is what the oracle says", () => {
  const lines = readFileSync(new URL("../decisions.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  expect(lines).toEqual(makeLines());
});

test.each([
  ["", 0, 0],
  ["", 1, 1364076727],
  ["abc", 0, 3017643002],
  ["The quick brown fox jumps over the lazy dog", 0, 776992547],
  ["test", 0x9747b28c, 1883996636],
])("the oracle's hash of %j with seed %i is the published one", (text, seed, hash) => {
  expect(murmur3(text, seed)).toBe(hash);
});
