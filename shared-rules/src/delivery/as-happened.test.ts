import { expect, test } from "vitest";
import { asHappened } from "./as-happened.ts";

test("what a client tells of its own decisions is never of the future", () => {
  for (const name of ["$exposure", "$prompt"]) {
    expect(asHappened({ type: "track", name, ts: 11 }, 10)).toEqual({ type: "track", name, ts: 10 });
    for (const ts of [9, 10]) expect(asHappened({ name, ts }, 10).ts).toBe(ts);
  }
  expect(asHappened({ name: "buy", ts: 11 }, 10).ts).toBe(11);
  expect(asHappened({ type: "set", ts: 11 }, 10).ts).toBe(11);
});
