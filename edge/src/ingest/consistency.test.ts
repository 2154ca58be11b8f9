import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { TestEdge } from "../../test/edge.ts";
import { storedStates } from "../../test/stored-states.ts";

const MINUTE = 60_000;
const user = fc.constantFrom("u0", "u1");
const device = fc.constantFrom("a0", "a1", "a2");
const owner = fc.oneof(fc.record({ userId: user }), fc.record({ anonymousId: device }));
const ago = fc.nat(10).map((minutes) => ({ minutes }));
const number = fc.nat(30);

/** Few users, devices and ids, so that requests meet in all of them. */
const operation = fc.oneof(
  fc.record({
    type: fc.constant("identify"),
    id: number.map((n) => `i${n}`),
    ago,
    userId: user,
    anonymousId: device,
  }),
  fc
    .tuple(owner, number, ago, fc.option(fc.nat(9)))
    .map(([who, n, when, level]) => ({ ...who, type: "set", id: `s${n}`, ago: when, set: { level } })),
  fc.tuple(owner, number, ago, fc.constantFrom("buy", "view")).map(([who, n, when, name]) => ({
    ...who,
    type: "track",
    id: `t${n}`,
    ago: when,
    name,
    props: { amount: n },
  })),
);
const batches = fc.array(fc.array(operation, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 5 });

const spent = (minutes: number) =>
  ({ event: "buy", within: { minutes }, measure: { sum: "amount" }, op: "gte", value: 9 }) as const;

/** What an admin or the cron does at the same time. */
const disturbances: ((edge: TestEdge) => Promise<unknown>)[] = [
  (edge) => edge.runScheduled(),
  (edge) => edge.listed("recent"),
  (edge) => patch(edge, "level", { rule: { trait: "level", op: "gte", value: edge.now % 9 } }),
  (edge) => patch(edge, "spent", { rule: spent(1 + (edge.now % 7)) }),
  (edge) => patch(edge, "recent", { status: "paused" }),
  (edge) => patch(edge, "recent", { status: "active" }),
  (edge) => edge.call("POST", "/v1/segments/list/members", { add: ["u1"], remove: ["a1"] }),
];
const patch = (edge: TestEdge, key: string, body: object) => edge.call("PATCH", `/v1/segments/${key}`, body);

const round = fc.record({
  batches,
  disturb: fc.nat(disturbances.length - 1),
  wait: fc.nat(4),
});

const rows = async (query: string) => (await env.DB.prepare(query).all()).results;
const entries = (query: string) => rows(`${query} group by profile, segment order by profile, segment`);

it("comes out consistent when requests, definitions and time run into one another (laws 2 and 4)", async () => {
  const property = fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4 }), async (rounds) => {
    const edge = await TestEdge.create();
    await edge.segment("often", { event: "buy", op: "gte", value: 2 });
    await edge.segment("seldom", { event: "buy", op: "lte", value: 1 });
    await edge.segment("recent", { event: "view", within: { minutes: 5 }, op: "gte", value: 1 });
    await edge.segment("spent", spent(3));
    await edge.segment("level", { trait: "level", op: "gte", value: 5 });
    await edge.segment("list", null, { type: "static", members: ["u0", "a1"] });
    await edge.segment("refers", { all: [{ segment: "often" }, { not: { segment: "level" } }] });
    await edge.key("secret");
    for (const { batches, disturb, wait } of rounds) {
      const requests = batches.map((operations) =>
        edge.batch(...operations.map(({ ago, ...op }) => ({ ...op, ts: edge.now - ago.minutes * MINUTE }))),
      );
      await Promise.all([...requests, disturbances[disturb]?.(edge)]);
      edge.now += wait * MINUTE;
    }
    await edge.runScheduled();

    const memberships = await entries("select profile, segment, count(*) as inside from memberships");
    const log = "select profile, segment, sum(iif(change = 'entered', 1, -1)) as inside from membership_log";
    expect((await entries(log)).filter(({ inside }) => inside !== 0)).toEqual(memberships);
    for (const table of ["identities", "events", "writes", "memberships", "membership_log"]) {
      expect(await rows(`select * from ${table} where profile not in (select id from profiles)`)).toEqual([]);
    }
    expect(await rows("select profile, seq from events group by 1, 2 having count(*) > 1")).toEqual([]);
    for (const { stored, ofLog } of await storedStates(edge)) expect(stored).toEqual(ofLog);
    const profiles = await env.DB.prepare("select id, user_id, anonymous_id from profiles").all<{
      id: number;
      user_id: string | null;
      anonymous_id: string | null;
    }>();
    for (const { id, user_id: userId, anonymous_id: anonymousId } of profiles.results) {
      const who = userId === null ? { anonymousId: anonymousId ?? "" } : { userId };
      const stored = memberships.filter(({ profile }) => profile === id).map(({ segment }) => segment);
      expect((await edge.membersOf(who)).sort()).toEqual(stored);
    }
  });
  await fc.assert(property, { numRuns: 12 });
}, 60_000);
