import { env } from "cloudflare:workers";
import type { ResultsResponse } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { identify, TestEdge, track } from "../../test/edge.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

const define = (key: string, more: object = {}) =>
  edge.call("PUT", `/v1/experiments/${key}`, {
    enabled: true,
    weights: { control: 50, treatment: 50 },
    ...more,
  });

/** An exposure as SDKs track it; its id is their affair. */
const exposure = (who: { userId?: string; anonymousId?: string }, variation: string, ts: number, more = {}) =>
  track(who, "$exposure", {
    ts,
    props: {
      flag: "f",
      experiment: "x",
      iteration: 1,
      variation,
      unit: who.userId ?? who.anonymousId,
      ...more,
    },
  });

async function results(body: object, key = "x"): Promise<ResultsResponse> {
  const answer = await edge.call<ResultsResponse>("POST", `/v1/experiments/${key}/results`, body);
  expect(answer.status).toBe(200);
  return answer.body;
}

/** Users, those who converted and the mean of each arm in a metric. */
const armsOf = ({ metrics }: ResultsResponse, at = 0) =>
  metrics[at]?.arms.map(({ key, users, converted, mean }) => [key, users, converted, mean]);

describe("results of an experiment", () => {
  it("count users, events and amounts within the window of each user, from their first exposure on", async () => {
    await define("x");
    const start = edge.now - 30 * DAY;
    const buy = (userId: string, ts: number, total: unknown) =>
      track({ userId }, "buy", { ts, props: { total } });
    await edge.batch(
      exposure({ userId: "a" }, "control", start),
      buy("a", start - 1, 1_000),
      buy("a", start, 10),
      buy("a", start + DAY - 1, 30),
      buy("a", start + DAY, 1_000),
      exposure({ userId: "b" }, "control", start),
      exposure({ userId: "c" }, "treatment", start),
      // What came later, from another device, changes nothing.
      exposure({ userId: "c" }, "control", start + 1),
      buy("c", start + HOUR, 7.5),
      buy("c", start + HOUR, "12"),
      track({ userId: "c" }, "visit", { ts: start + HOUR, props: { total: 5 } }),
      exposure({ userId: "d" }, "treatment", start, { iteration: 2 }),
      exposure({ userId: "e" }, "treatment", start, { experiment: "y" }),
      exposure({ userId: "f" }, "treatment", edge.now - HOUR),
    );
    const answer = await results({
      withinHours: 24,
      metrics: [
        { event: "buy" },
        { event: "buy", measure: "count" },
        { event: "buy", measure: { sum: "total" } },
        { event: "never" },
      ],
    });
    expect(answer).toMatchObject({ experiment: "x", iteration: 1, since: null, waiting: 1, now: edge.now });
    expect(armsOf(answer, 0)).toEqual([
      ["control", 2, 1, 0.5],
      ["treatment", 1, 1, null],
    ]);
    expect(armsOf(answer, 1)?.[0]).toEqual(["control", 2, 1, 1]);
    expect(armsOf(answer, 2)?.[0]).toEqual(["control", 2, 1, 20]);
    expect(armsOf(answer, 3)?.[0]).toEqual(["control", 2, 0, 0]);
    expect(answer.metrics[0]?.arms[1]?.comparison?.verdict).toBe("not enough data");
  });

  it("are of a user, whose first exposure may have been anonymous or on another device", async () => {
    await define("x");
    const start = edge.now - 30 * DAY;
    await edge.batch(
      exposure({ anonymousId: "phone" }, "treatment", start),
      exposure({ anonymousId: "laptop" }, "control", start + 1),
      track({ anonymousId: "laptop" }, "buy", { ts: start + 2 }),
    );
    expect(armsOf(await results({ metrics: [{ event: "buy" }] }))).toEqual([
      ["control", 1, 1, null],
      ["treatment", 1, 0, null],
    ]);
    await edge.batch(identify("phone", "ann"), identify("laptop", "ann"));
    expect(armsOf(await results({ metrics: [{ event: "buy" }] }))).toEqual([
      ["control", 0, 0, null],
      ["treatment", 1, 1, null],
    ]);
  });

  it("are of each device where devices are drawn for", async () => {
    await define("x", { unit: "device" });
    const start = edge.now - 30 * DAY;
    await edge.batch(
      exposure({ userId: "ann" }, "treatment", start, { unit: "phone" }),
      exposure({ userId: "ann" }, "treatment", start + 1, { unit: "phone" }),
      exposure({ userId: "ann" }, "control", start + 1, { unit: "laptop" }),
    );
    expect(
      armsOf(await results({ metrics: [{ event: "buy" }] }))?.map(([key, users]) => [key, users]),
    ).toEqual([
      ["control", 1],
      ["treatment", 1],
    ]);
  });

  it("leave out whom another experiment of the group had first", async () => {
    await edge.call("PUT", "/v1/groups/g", {});
    await define("x", { group: { key: "g", share: 50 } });
    await define("y", { group: { key: "g", share: 50 } });
    const start = edge.now - 30 * DAY;
    await edge.batch(
      exposure({ userId: "a" }, "control", start),
      exposure({ userId: "b" }, "control", start),
      exposure({ userId: "b" }, "control", start - 1, { experiment: "y" }),
    );
    expect(armsOf(await results({ metrics: [{ event: "buy" }] }))?.[0]?.[1]).toBe(1);
    expect(armsOf(await results({ metrics: [{ event: "buy" }] }, "y"))?.[0]?.[1]).toBe(1);
  });

  it("count from the last change of the arms' weights on, unless asked otherwise", async () => {
    await define("x");
    const start = edge.now;
    edge.now += DAY;
    await edge.batch(exposure({ userId: "a" }, "control", start + HOUR));
    await define("x", { weights: { control: 90, treatment: 10 } });
    const changed = edge.now;
    await define("x", { weights: { control: 90, treatment: 10 }, allocation: 50 });
    edge.now += 30 * DAY;
    await edge.batch(exposure({ userId: "b" }, "control", changed + HOUR));
    const latest = await results({ metrics: [{ event: "buy" }] });
    expect(latest.since).toBe(changed);
    expect(armsOf(latest)?.[0]?.[1]).toBe(1);
    const all = await results({ since: start, metrics: [{ event: "buy" }] });
    expect(armsOf(all)?.[0]?.[1]).toBe(2);
    await edge.call("POST", "/v1/experiments/x/iterations", {});
    expect(await results({ metrics: [{ event: "buy" }] })).toMatchObject({ iteration: 2, since: null });
    const before = await results({ iteration: 1, metrics: [{ event: "buy" }] });
    expect(before.since).toBe(changed);
    expect(armsOf(before)?.[0]?.[1]).toBe(1);
    const whole = await results({ iteration: 1, since: start, metrics: [{ event: "buy" }] });
    expect(armsOf(whole)?.[0]?.[1]).toBe(2);
  });

  it("are of an earlier iteration by what was drawn then: its arms, its weights, its unit", async () => {
    await define("x", { weights: { control: 3, old: 1 }, unit: "device" });
    const start = edge.now - 30 * DAY;
    await edge.batch(
      ...Array.from({ length: 400 }, (_, n) =>
        exposure({ userId: `u${Math.floor(n / 2)}` }, n % 4 === 3 ? "old" : "control", start, {
          unit: `d${n}`,
        }),
      ),
    );
    const definition = { enabled: true, weights: { control: 1, fresh: 1 } };
    await edge.call("POST", "/v1/experiments/x/iterations", { definition });
    const answer = await results({ iteration: 1, control: "old", metrics: [{ event: "buy" }] });
    expect(armsOf(answer)?.map(([key, users]) => [key, users])).toEqual([
      ["control", 300],
      ["old", 100],
    ]);
    expect(answer.srm).toMatchObject({ alarm: false, words: "as intended" });
    const path = "/v1/experiments/x/results";
    const none = await edge.call("POST", path, { iteration: 3, metrics: [{ event: "buy" }] });
    expect(none.body).toMatchObject({ code: "invalid-body", path: "/iteration" });
    expect(none.body.detail).toContain("2");
  });

  it("know nothing of arms that somebody made up", async () => {
    await define("x");
    const start = edge.now - 30 * DAY;
    const invented = ["bogus", "__proto__", 5, true, null, { a: 1 }, undefined];
    await edge.batch(
      exposure({ userId: "a" }, "control", start),
      ...invented.map((variation, n) => exposure({ userId: `u${n}` }, "", start, { variation })),
      exposure({ userId: "waits" }, "bogus", edge.now - HOUR),
    );
    const answer = await results({ metrics: [{ event: "buy" }] });
    expect(answer.waiting).toBe(0);
    expect(armsOf(answer)?.map(([key, users]) => [key, users])).toEqual([
      ["control", 1],
      ["treatment", 0],
    ]);
    expect(answer.srm.alarm).toBe(false);
  });

  it("find an effect that is there, and none where there is none, over many pages of users", async () => {
    await define("x");
    const start = edge.now - 30 * DAY;
    const users = 6_000;
    const ops = Array.from({ length: users }, (_, n) => {
      const userId = `u${n}`;
      const isTreated = n % 2 === 1;
      // 10 % against 20 % buy; one in five visits, in either arm.
      const buys = Math.floor(n / 2) % 10 < (isTreated ? 2 : 1);
      return [
        exposure({ userId }, isTreated ? "treatment" : "control", start),
        ...(buys ? [track({ userId }, "buy", { ts: start + HOUR })] : []),
        ...(Math.floor(n / 2) % 5 === 0 ? [track({ userId }, "visit", { ts: start + HOUR })] : []),
      ];
    }).flat();
    for (let at = 0; at < ops.length; at += 900) await edge.batch(...ops.slice(at, at + 900));
    const answer = await results({ metrics: [{ event: "buy" }, { event: "visit", goal: "decrease" }] });
    expect(answer.srm).toMatchObject({ alarm: false, words: "as intended" });
    expect(armsOf(answer)).toEqual([
      ["control", users / 2, 300, 0.1],
      ["treatment", users / 2, 600, 0.2],
    ]);
    const [buy, visit] = answer.metrics.map(({ arms }) => arms[1]?.comparison);
    expect(buy).toMatchObject({ verdict: "better" });
    expect(buy?.absolute?.value).toBeCloseTo(0.1, 12);
    expect(visit).toMatchObject({ verdict: "no difference found yet" });
  });

  it("say which split was not as intended", async () => {
    await define("x", { weights: { control: 50, treatment: 50 } });
    const start = edge.now - 30 * DAY;
    await edge.batch(
      ...Array.from({ length: 500 }, (_, n) =>
        exposure({ userId: `u${n}` }, n % 4 ? "control" : "treatment", start),
      ),
    );
    expect((await results({ metrics: [{ event: "buy" }] })).srm).toMatchObject({ alarm: true });
  });

  it("are refused where the question makes no sense, and read by no browser", async () => {
    await define("x");
    const path = "/v1/experiments/x/results";
    expect(
      (await edge.call("POST", "/v1/experiments/none/results", { metrics: [{ event: "b" }] })).body,
    ).toMatchObject({
      code: "not-found",
    });
    expect((await edge.call("POST", path, { metrics: [] })).body).toMatchObject({
      code: "invalid-body",
      path: "/metrics",
    });
    expect(
      (await edge.call("POST", path, { metrics: [{ event: "b" }], control: "toString" })).body,
    ).toMatchObject({
      code: "invalid-body",
      path: "/control",
    });
    const key = await edge.key("publishable");
    expect((await edge.call("POST", path, { metrics: [{ event: "b" }] }, { key })).status).toBe(403);
  });

  it("cost ordinary events nothing", async () => {
    const plan = await env.DB.prepare(
      "explain query plan select profile from events where name = '$exposure' and props ->> 'experiment' = 'x'",
    ).all<{ detail: string }>();
    expect(plan.results.map(({ detail }) => detail).join()).toContain("events_exposures");
  });
});
