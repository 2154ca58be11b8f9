import { describe, expect, test } from "vitest";
import { operation } from "../../wire/index.ts";
import { exposureId, exposureOf } from "./exposure.ts";

const assignment = { flag: "f", experiment: "x", iteration: 1, variation: "a", unit: "ann", settled: false };

describe("an exposure", () => {
  test("is an event as the edge takes it, whatever the unit's id", () => {
    for (const unit of ["ann", "", "\u0000", "İ", "\ud800", "x".repeat(256), "__proto__"]) {
      const { id, name, props } = exposureOf({ assignment: { ...assignment, unit } }) ?? {};
      const track = { type: "track", id, name, ts: 0, userId: "ann", props };
      expect(operation.safeParse(track)).toMatchObject({ success: true });
    }
  });

  test("says what showed it", () => {
    expect(exposureOf({ assignment })?.props).toEqual({
      flag: "f",
      experiment: "x",
      iteration: 1,
      variation: "a",
      unit: "ann",
    });
    const { flag, ...rest } = assignment;
    expect(exposureOf({ assignment: { ...rest, campaign: "c" } })?.props).toMatchObject({ campaign: "c" });
  });

  test("is not there without an assignment, or once it is settled", () => {
    expect(exposureOf({})).toBeUndefined();
    expect(exposureOf({ assignment: { ...assignment, settled: true } })).toBeUndefined();
  });

  test("has one id for each unit and iteration of an experiment, whoever works it out", () => {
    expect(exposureId("x", 1, "ann")).toBe("$x1711b1dc7641c6921f647e86af3a178b");
    const ids = ["x", "y"].flatMap((key) =>
      [1, 11].flatMap((n) => ["1", "ann", "bob"].map((unit) => exposureId(key, n, unit))),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(exposureId("x", 1, "1,a")).not.toBe(exposureId("x", 1, "1"));
  });
});
