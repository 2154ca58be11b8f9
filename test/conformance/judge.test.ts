import { describe, expect, test } from "vitest";
import { judge } from "./judge.ts";

const NOW = Date.UTC(2024, 2, 15);
const decision = {
  id: "a",
  zone: "UTC",
  now: NOW,
  rule: { trait: "at", op: "within", value: { days: 7 } },
  user: { id: "u1", traits: { at: NOW }, events: [] },
  member: true,
  until: NOW + 7 * 86_400_000,
  exact: true,
};
const stream = {
  id: "s",
  zone: "UTC",
  user: { id: "u1" },
  segments: {
    one: { rule: { event: "a", op: "gte", value: 1 } },
    plan: { rule: { trait: "p", op: "eq", value: 2 } },
  },
  ops: [
    { now: NOW, expect: { one: false, plan: false } },
    { event: { id: "e", name: "a", ts: NOW, props: {} } },
    { id: "w2", ts: NOW, set: { p: 2 } },
    { id: "w1", ts: NOW, set: { p: 1 } },
    { now: NOW + 1, expect: { one: true, plan: true } },
  ],
};
const refusal = { id: "i", rule: { any: [{ all: 5 }] }, refused: true, path: "/any/0/all" };

const plain = { type: "boolean", variations: { on: true }, enabled: true, off: "on", otherwise: "on" };
const definitions = {
  id: "d",
  zone: "UTC",
  segments: {},
  definitions: {
    flags: {
      f: {
        ...plain,
        scheduled: [{ ...plain, type: undefined, variations: undefined, at: NOW + 5, enabled: false }],
      },
    },
  },
};
const asked = {
  id: "q",
  with: "d",
  user: { id: "u1" },
  now: NOW,
  ask: { flag: "f" },
  expect: { value: true, variation: "on", reason: "DEFAULT" },
  until: NOW + 5,
};

function faultsOf(...documents: unknown[]): string[] {
  const text = documents.map((document) => JSON.stringify(document)).join("\n");
  return judge({ name: "x.jsonl", text }).flatMap(({ faults }) => faults);
}

describe("the judge", () => {
  test("is content with what is right", () => {
    expect(faultsOf(decision, stream, refusal, definitions, asked)).toEqual([]);
  });

  test.each([
    ["another answer", { ...decision, member: false }, "expected false, got true"],
    ["an until that is not exact", { ...decision, until: decision.until - 1 }, "expected exactly"],
    ["an until that comes too late", { ...decision, exact: false, until: NOW + 1 }, "expected at most"],
    ["a check of a stream", { ...stream, ops: stream.ops.slice(-1) }, "one: member"],
    ["an accepted document", { ...refusal, rule: { any: [] } }, "accepted"],
    ["another path", { ...refusal, path: "/any" }, 'expected to be refused at "/any"'],
    ["a refused document", { ...refusal, refused: false }, "expected to be accepted"],
    ["another limit", { ...refusal, limit: "pattern" }, 'name the limit "pattern"'],
  ])("finds %s", (_, document, fault) => {
    expect(faultsOf(document)).toContainEqual(expect.stringContaining(fault));
  });

  test.each([
    ["another value", { ...asked, expect: { ...asked.expect, value: false } }, 'got {"reason":"DEFAULT"'],
    ["a missing part", { ...asked, expect: { ...asked.expect, rule: "r" } }, "expected {"],
    ["an until that comes too late", { ...asked, until: NOW + 4 }, `expected to change at ${NOW + 4}`],
    ["a missing exposure", { ...asked, exposure: "$x0" }, "expected the exposure $x0"],
    ["definitions that are not there", { ...asked, with: "e" }, "no definitions e"],
  ])("finds %s in a decision", (_, document, fault) => {
    expect(faultsOf(definitions, document)).toContainEqual(expect.stringContaining(fault));
  });

  test("finds definitions that are refused", () => {
    const refused = { ...definitions, definitions: { flags: { f: {} } } };
    expect(faultsOf(refused, asked)).toContainEqual(expect.stringContaining('refused at "/flags/f"'));
  });
});
