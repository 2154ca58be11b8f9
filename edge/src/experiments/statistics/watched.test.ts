import { describe, expect, test } from "vitest";
import { expectedPower } from "../../../test/simulation/expected-power.ts";
import { DIFFERENT, MISMATCHED, SAME } from "../../../test/simulation/scenarios.ts";
import { simulate } from "../../../test/simulation/simulate.ts";

// A small part of `npm run simulate:results`, with seeds, so that these never fail by chance.

const SEED = 4;

describe("results that are watched", () => {
  test.each(SAME)("find no difference that is not there: $name", (scenario) => {
    const rates = simulate({ ...scenario, looks: 60, usersPerLook: scenario.usersPerLook / 2 }, 500, SEED);
    expect(rates.found).toBeLessThanOrEqual(0.05);
    expect(rates.coveredAtEnd).toBeGreaterThanOrEqual(0.95);
    expect(rates.relativeCoveredAtEnd).toBeGreaterThanOrEqual(0.95);
    expect(rates.mismatch).toBeLessThanOrEqual(0.004);
    // The simulation does catch a method that cannot be looked at again and again.
    expect(rates.naive).toBeGreaterThan(0.2);
  });

  test.each(DIFFERENT)("find the difference that is there: $name", (scenario) => {
    const runs = 100;
    const rates = simulate(scenario, runs, SEED);
    const power = expectedPower(scenario);
    expect(rates.found).toBeGreaterThanOrEqual(power - 3 * Math.sqrt((power * (1 - power)) / runs));
    expect(rates.wrong).toBeLessThanOrEqual(0.05);
    expect(rates.covered).toBeGreaterThanOrEqual(0.95);
    expect(rates.relativeCoveredAtEnd).toBeGreaterThanOrEqual(0.95);
  });

  test("find a split that is not the intended one", () => {
    expect(simulate(MISMATCHED, 100, SEED).mismatch).toBeGreaterThan(0.8);
  });
});
