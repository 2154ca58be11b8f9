import { describe, expect, test } from "vitest";
import type { ZodType } from "zod";
import { LIMITS } from "../limits.ts";
import {
  batchRequest,
  changeMembersRequest,
  createSegmentRequest,
  decideRequest,
  evaluateRequest,
  operation,
  syncRequest,
} from "./index.ts";

const track = { type: "track", id: "1", ts: 0, userId: "ann", name: "visit" };
const text = (length: number) => "a".repeat(length);
const list = (length: number) => Array.from({ length }, (_, at) => `m${at}`);

describe("the wire's bounds (law 9)", () => {
  test.each<[string, number, ZodType, (size: number) => unknown]>([
    ["an operation's id", LIMITS.id, operation, (size) => ({ ...track, id: text(size) })],
    ["an event's name", LIMITS.name, operation, (size) => ({ ...track, name: text(size) })],
    ["a user's id", LIMITS.name, operation, (size) => ({ ...track, userId: text(size) })],
    ["an anonymous id", LIMITS.name, syncRequest, (size) => ({ anonymousId: text(size), ops: [] })],
    [
      "a trait's name",
      LIMITS.name,
      operation,
      (size) => ({ ...track, type: "set", name: undefined, set: { [text(size)]: 1 } }),
    ],
    ["a segment's key", LIMITS.name, createSegmentRequest, (size) => ({ key: text(size), name: "A" })],
    ["operations of a batch", LIMITS.operations, batchRequest, (size) => ({ ops: list(size) })],
    ["members of a change", LIMITS.members, changeMembersRequest, (size) => ({ add: list(size) })],
    ["flags asked for", LIMITS.page, decideRequest, (size) => ({ flags: list(size) })],
    ["placements asked for", LIMITS.page, decideRequest, (size) => ({ placements: list(size) })],
    ["the key of a flag", LIMITS.name, decideRequest, (size) => ({ flags: [text(size)] })],
    ["segments asked for", LIMITS.page, evaluateRequest, (size) => ({ userId: "ann", segments: list(size) })],
  ])("%s: %i and no more", (_, limit, schema, make) => {
    const accepted = [limit - 1, limit, limit + 1].map(
      (size) => schema.safeParse(JSON.parse(JSON.stringify(make(size)))).success,
    );
    expect(accepted).toEqual([true, true, false]);
  });
});

test.each([
  ["an id with a space", { ...track, id: "a b" }],
  ["the name that stands for any", { ...track, name: "*" }],
  ["no owner", { ...track, userId: undefined }],
  ["a time that is no whole number", { ...track, ts: 0.5 }],
  ["a time beyond the year 9999", { ...track, ts: 253_402_300_800_000 }],
  ["an unknown key", { ...track, colour: "red" }],
])("an operation with %s is refused", (_, given) => {
  expect(operation.safeParse(given).success).toBe(false);
  expect(operation.safeParse(track).success).toBe(true);
});
