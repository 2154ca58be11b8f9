import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { DecideResponse, Workspace } from "@muster/rules/wire";
import { expect, test } from "vitest";
import { TestEdge, track } from "../../test/edge.ts";

const RULE = JSON.stringify({ event: "buy", op: "gte", value: 2 });

/** A workspace of the time before there were decisions, at version 7, with ann, who has bought once. */
const EARLIER = [
  "update workspace set version = 7, zone = 'Europe/Berlin'",
  `insert into segments (key, name, description, type, status, rule, private, version, created_at, updated_at)
    values ('buyers', 'Buyers', '', 'dynamic', 'active', '${RULE}', 0, 3, 1, 1)`,
  `insert into profiles (id, user_id, anonymous_id, traits, seq, due_at, definitions, created_at)
    values (1, 'ann', null, '{}', 1, null, 7, 1)`,
  "insert into identities (kind, value, profile) values ('user', 'ann', 1)",
  `insert into events (profile, id, seq, name, ts, props, received_at)
    values (1, 'e0', 1, 'buy', 1000, '{}', 1000)`,
];

test("a database of the time before decisions goes on, and takes decisions", async () => {
  await reset();
  const before = env.MIGRATIONS.filter(({ name }) => name < "0002");
  expect(before.length).toBe(2);
  await applyD1Migrations(env.DB, before);
  await env.DB.batch(EARLIER.map((statement) => env.DB.prepare(statement)));
  await applyD1Migrations(env.DB, env.MIGRATIONS);

  const edge = new TestEdge();
  expect((await edge.call<Workspace>("GET", "/v1/workspace")).body).toMatchObject({
    zone: "Europe/Berlin",
    identity: { required: false, audience: null },
  });
  expect(await edge.membersOf({ userId: "ann" })).toEqual([]);
  await edge.batch(track({ userId: "ann" }, "buy"));
  expect(await edge.membersOf({ userId: "ann" })).toEqual(["buyers"]);
  expect(await edge.log()).toEqual(["buyers entered event"]);

  await edge.define("experiments/e", { enabled: true, weights: { on: 1, off: 0 } });
  await edge.define("flags/f", {
    type: "boolean",
    variations: { on: true, off: false },
    enabled: true,
    off: "off",
    otherwise: "off",
    rules: [{ key: "r", audience: { include: ["buyers"] }, experiment: "e" }],
  });
  const { body } = await edge.call<DecideResponse>("POST", "/v1/decide", { userId: "ann" });
  expect(body.flags.f).toMatchObject({ value: true, segmentVersion: "buyers@3" });
});
