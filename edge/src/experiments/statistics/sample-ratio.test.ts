import { describe, expect, test } from "vitest";
import { BOUNDS } from "./bounds.ts";
import { logDirichletFactor } from "./dirichlet-factor.ts";
import { checkSampleRatio } from "./sample-ratio.ts";

const split = (users: readonly number[], weights: readonly number[] = users.map(() => 1)) =>
  users.map((count, at) => ({ users: count, weight: weights[at] ?? 0 }));

describe("the Dirichlet factor", () => {
  test("of ten users in one of two arms, every split being as likely, is 2¹⁰ / 11", () => {
    expect(logDirichletFactor(split([10, 0]), 2)).toBeCloseTo(Math.log(1024 / 11), 12);
  });

  test("equals the product of what each user adds", () => {
    let [log, first, second] = [0, 0, 0];
    for (let user = 0; user < 3_000; user++) {
      const prior = 10_000 + first + second;
      if (user % 3 === 0) log += Math.log((2_500 + first++) / prior / 0.25);
      else log += Math.log((7_500 + second++) / prior / 0.75);
    }
    expect(logDirichletFactor(split([first, second], [1, 3]), 10_000)).toBeCloseTo(log, 8);
  });
});

describe("the sample ratio", () => {
  // By SciPy's gammaln, the mean of the factors for 100 and 10,000.
  test.each([
    { users: [5_200, 4_800], weights: [1, 1], pValue: 0.006394735456913275, alarm: false },
    { users: [5_300, 4_700], weights: [1, 1], pValue: 3.618979069831464e-7, alarm: true },
    { users: [500, 300, 200], weights: [5, 3, 2], pValue: 1, alarm: false },
  ])("of $users by $weights has p = $pValue", ({ users, weights, pValue, alarm }) => {
    const found = checkSampleRatio(split(users, weights));
    expect(found.pValue).toBeCloseTo(pValue, 9);
    expect(found.alarm).toBe(alarm);
  });

  test("finds the mismatch of Kohavi, Tang and Xu's example (2020, chapter 3)", () => {
    const found = checkSampleRatio(split([821_588, 815_482]));
    expect(found.pValue).toBeCloseTo(0.0002817172628519087, 6);
    expect(found.words).toBe("not as intended");
  });

  test("finds a split that is broken altogether among few users", () => {
    expect(checkSampleRatio(split([50, 0])).alarm).toBe(true);
    expect(checkSampleRatio(split([30, 0])).alarm).toBe(false);
  });

  test("never puts a user where none may be, and does not mind an arm that gets none", () => {
    expect(checkSampleRatio(split([50, 50, 1], [1, 1, 0]))).toEqual({
      pValue: 0,
      alarm: true,
      words: "not as intended",
    });
    expect(checkSampleRatio(split([50, 50, 0], [1, 1, 0])).pValue).toBe(
      checkSampleRatio(split([50, 50])).pValue,
    );
  });

  test.each([[[0, 0]], [[-1, 5]], [[1.5, 5]], [[Number.NaN, 5]], [[BOUNDS.users + 1, 5]]])(
    "has nothing to say of %j",
    (users) => {
      expect(checkSampleRatio(split(users))).toEqual({
        pValue: null,
        alarm: false,
        words: "not enough data",
      });
    },
  );

  test("still counts as many users as are allowed (law 9)", () => {
    for (const users of [BOUNDS.users - 1, BOUNDS.users]) {
      expect(checkSampleRatio(split([users, users]))).toMatchObject({ pValue: 1, alarm: false });
    }
  });
});
