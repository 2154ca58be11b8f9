import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../testing/command-line.ts";
import { Peer } from "../testing/peer.ts";

let peer: Peer;

beforeEach(async () => {
  peer = await new Peer().start();
});
afterEach(() => peer.stop());

const muster = (...argv: string[]) => runCommand(peer.url, ["results", ...argv]);

const answer = {
  now: 0,
  experiment: "x",
  iteration: 2,
  since: 86_400_000,
  withinHours: 48,
  waiting: 7,
  srm: { pValue: 0.25, alarm: false, words: "as intended" },
  metrics: [
    {
      event: "buy",
      measure: { sum: "total" },
      arms: [
        { key: "control", users: 1000, converted: 100, mean: 1.5, comparison: null },
        {
          key: "treatment",
          users: 1001,
          converted: 150,
          mean: 2,
          comparison: {
            verdict: "better",
            pValue: 0.00012,
            absolute: { value: 0.5, low: 0.1, high: 0.9 },
            relative: { value: 1 / 3, low: 0.05, high: 0.6 },
          },
        },
      ],
    },
  ],
};

test("results are asked for by event and measure, and said with their intervals", async () => {
  peer.answers.set("/v1/experiments/x/results", answer);
  const metrics = ["--metric", "buy:sum=total", "--metric", "buy:count,visit"];
  const { code, out } = await muster("x", ...metrics, "--within-hours", "48", "--control", "control");
  expect(code).toBe(0);
  expect(peer.calls[0]?.body).toEqual({
    metrics: [
      { event: "buy", measure: { sum: "total" }, goal: "increase" },
      { event: "buy", measure: "count", goal: "increase" },
      { event: "visit", measure: "users", goal: "increase" },
    ],
    withinHours: 48,
    control: "control",
  });
  expect(out).toContain(
    "x, iteration 2, of users exposed since 1970-01-02T00:00:00.000Z; 7 users still have time",
  );
  expect(out).toContain("split: as intended (p = 0.25)\n");
  expect(out).toMatch(/ARM +USERS +DID IT +TOTAL PER USER +DIFFERENCE/);
  expect(out).toMatch(/treatment +1001 +150 +2 +0.5 \[0.1, 0.9\] +33.3 \[5, 60\] % +0.00012 +better/);
  expect(JSON.parse((await muster("x", "--metric", "buy", "--json")).out)).toEqual(answer);
});

test("a split that is not as intended stands above everything", async () => {
  const srm = { pValue: 1e-9, alarm: true, words: "not as intended" };
  peer.answers.set("/v1/experiments/x/results", { ...answer, srm });
  expect((await muster("x", "--metric", "buy")).out).toContain("not as intended (p = 1e-9); DO NOT TRUST");
});

test.each<[string[], string]>([
  [["x"], "--metric is missing"],
  [["x", "--metric", "buy", "--within-hours", "1.5"], "--within-hours is a whole number from 1 on"],
])("%j is refused with exit code 2", async (argv, message) => {
  const { code, err } = await muster(...argv);
  expect(err).toContain(message);
  expect(code).toBe(2);
});
