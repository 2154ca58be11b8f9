import fc from "fast-check";
import { expect, test } from "vitest";
import { BOUNDS } from "./bounds.ts";
import { EventParser } from "./event-parser.ts";

const STREAM =
  'retry: 1000\nid: 1\n\n:\n\nevent: ruleset\nid: 2\ndata: {"a":1}\n\ndata: one\ndata:two\nnonsense\n\nevent: x\r\nid: 3\r\ndata\r\n\r\n';
const EVENTS = [
  { name: "ruleset", id: "2", data: '{"a":1}' },
  { name: "message", id: "2", data: "one\ntwo" },
  { name: "x", id: "3", data: "" },
];

test("events are the same wherever the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 8 }), (cuts) => {
      const parser = new EventParser();
      const ends = [...cuts, STREAM.length].sort((a, b) => a - b);
      const pieces = ends.map((end, index) => STREAM.slice(ends[index - 1] ?? 0, end));
      expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(EVENTS);
    }),
  );
});

test("an event without end is given up at its bound", () => {
  const parser = new EventParser();
  expect(parser.push("x".repeat(BOUNDS.streamEvent))).toEqual([]);
  expect(() => parser.push("x")).toThrow("more than");
});
