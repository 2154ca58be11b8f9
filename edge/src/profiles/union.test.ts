import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { TestEdge } from "../../test/edge.ts";
import { storedStates } from "../../test/stored-states.ts";

const owner = fc.constantFrom({ anonymousId: "a" }, { anonymousId: "b" }, { userId: "u" });
const operation = fc.tuple(owner, fc.nat(20), fc.nat(3), fc.nat(2)).map(([who, ts, name, kind]) => {
  if (kind === 0) return { type: "set", ts, set: { [`t${name}`]: ts }, ...who };
  if (kind === 1 && "anonymousId" in who) return { type: "identify", ts, ...who, userId: "u" };
  return { type: "track", ts, name: `e${name}`, props: { ts }, ...who };
});
const history = fc
  .array(operation, { minLength: 1, maxLength: 12 })
  .map((ops) => ops.map((op, index) => ({ ...op, id: `o${index}` })));

/** All that is known of the user at last, but for numbers that only the edge itself uses. */
async function outcomeOf(requests: object[][]) {
  const edge = await TestEdge.create();
  await edge.segment("often", { event: "e0", op: "gte", value: 2 });
  await edge.segment("trait", { trait: "t1", op: "gte", value: 10 });
  for (const ops of requests) await edge.batch(...ops);
  const ends = ["a", "b"].map((anonymousId) => ({
    type: "identify",
    id: `end-${anonymousId}`,
    ts: 0,
    anonymousId,
    userId: "u",
  }));
  await edge.batch(...ends);
  const { results: events } = await env.DB.prepare(
    "select id, name, ts, props from events order by id",
  ).all();
  const { results: profiles } = await env.DB.prepare("select user_id, traits from profiles").all<{
    traits: string;
  }>();
  const { results: log } = await env.DB.prepare(
    `select segment, sum(iif(change = 'entered', 1, -1)) as inside from membership_log
      group by segment having inside <> 0 order by segment`,
  ).all();
  const { results: stored } = await env.DB.prepare(
    "select segment, count(*) as inside from memberships group by segment order by segment",
  ).all();
  expect(log).toEqual(stored);
  for (const { stored, ofLog } of await storedStates(edge)) expect(stored).toEqual(ofLog);
  const traits = profiles.map((row) => Object.entries(JSON.parse(row.traits)).sort());
  return {
    events,
    traits,
    members: await edge.membersOf({ userId: "u" }),
    listed: await edge.listed("often"),
  };
}

it("what is known of a user is a function of the set of operations (law 2)", async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.array(fc.nat(11), { maxLength: 12 }), fc.nat(), async (ops, again, seed) => {
      const plain = await outcomeOf([ops]);
      const repeated = [...ops, ...again.flatMap((index) => ops[index] ?? [])];
      const shuffled = repeated
        .map((op, index) => ({ op, at: (index * 7_919 + seed) % 31 }))
        .sort((x, y) => x.at - y.at)
        .map(({ op }) => op);
      const half = Math.floor(shuffled.length / 2);
      expect(await outcomeOf([shuffled.slice(0, half), shuffled.slice(half)])).toEqual(plain);
    }),
    { numRuns: 15 },
  );
}, 60_000);
