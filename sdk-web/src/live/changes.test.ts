import type { Ruleset } from "@muster/rules";
import type { Flag } from "@muster/rules/decisions";
import fc from "fast-check";
import { expect, test } from "vitest";
import { flagOf } from "../../test/decisions.ts";
import { createRig, membersOf } from "../../test/rig.ts";
import { BACKOFF_MS, SPREAD_MS } from "../bounds.ts";

const views = (value: number) => ({ event: "view", op: "gte", value }) as const;
const segments: Ruleset["segments"] = {
  viewer: { rule: views(2) },
  pro: { rule: { trait: "plan", op: "eq", value: "pro" } },
  secret: { rule: { event: "buy", op: "gte", value: 1 } },
};
const BASE = { ruleset: { zone: "UTC", segments }, given: ["secret"] };
const of = (more: Ruleset["segments"], given: string[] = []) => ({
  ruleset: { zone: "UTC", segments: { ...segments, ...more } },
  given: ["secret", ...given],
});

/** What each asks for beyond what is here, by a segment `more` that the user is in. */
const CHANGES = {
  nothing: of({ viewer: { rule: { not: views(2) } }, more: { rule: { not: { segment: "viewer" } } } }),
  "a series": of({ more: { rule: { event: "buy", op: "gte", value: 2 } } }),
  "a trait": of({ more: { rule: { trait: "age", op: "gte", value: 18 } } }),
  "an answer": of({ more: { rule: views(1) } }, ["more"]),
};

/** A client that knows its user and listens. */
async function begin() {
  const rig = createRig({ ...BASE, given: [] });
  rig.edge.change({ given: BASE.given });
  const client = rig.open();
  for (const name of ["view", "view", "buy", "buy"]) await client.track(name);
  await client.setTraits({ plan: "pro", age: 20 });
  await client.flush();
  await rig.clock.pass(10_000);
  expect(rig.streams.size).toBe(1);
  return { ...rig, client, before: rig.edge.requests.length };
}

test("what asks for nothing new decides at once, without a request", async () => {
  const { edge, streams, clock, client, before } = await begin();
  edge.change({ ruleset: { zone: "UTC", segments: { viewer: { rule: { not: views(2) } } } }, given: [] });
  streams.publish();
  await clock.pass(0);
  expect(membersOf(client)).toEqual([]);
  expect(edge.requests).toHaveLength(before);
  await client.flush();
  // The edge takes the snapshot for one of these definitions, and has nothing to add.
  expect(edge.requests.at(-1)).toMatchObject({ ruleset: String(edge.version), cursor: { seq: 5 } });
  expect(client.status.mismatches).toBe(0);
});

test.each(Object.entries(CHANGES))("what asks for %s more is right after a moment", async (what, change) => {
  const { edge, streams, clock, client, problems } = await begin();
  edge.change(change);
  streams.publish();
  await clock.pass(0);
  expect(client.memberships().has("more")).toBe(what === "nothing");
  await clock.pass(SPREAD_MS);
  expect(client.membership("more")).toMatchObject({ member: true, ready: true });
  const { anonymousId = "" } = client.inspect()?.user ?? {};
  const all = Object.entries(edge.evaluate({ anonymousId: String(anonymousId) }));
  expect(membersOf(client)).toEqual(all.flatMap(([key, { member }]) => (member ? [key] : [])).sort());
  expect([client.status.mismatches, problems]).toEqual([0, []]);
});

test("where only what the edge keeps to itself has changed, it is asked; where nothing has, it is not", async () => {
  const { edge, streams, clock, before } = await begin();
  streams.end();
  await clock.pass(BACKOFF_MS.first);
  expect([streams.opened, edge.requests.length]).toEqual([2, before]);
  streams.publish();
  await clock.pass(SPREAD_MS);
  expect(edge.requests).toHaveLength(before + 1);
});

test("an answer that the edge gave for a rule decides nothing by what has taken the rule's place", async () => {
  const { edge, streams, clock, client } = await begin();
  /** A rule for those who have bought something or not, of which a browser knows the answer alone. */
  const change = (variation: string, op: "gte" | "lt", otherwise = "off") => {
    const audience = { rule: { event: "buy", op, value: 1 } } as const;
    const rules: Flag["rules"] = [{ key: "r", audience, variation }];
    const flags = { theirs: flagOf("theirs", { rules, otherwise }), other: flagOf("other", { rules: [] }) };
    edge.change({ decisions: { flags }, given: ["secret", "$flag/theirs/r"] });
  };
  change("control", "gte");
  streams.publish();
  await clock.pass(SPREAD_MS);
  expect([client.value("theirs", ""), client.value("other", "")]).toEqual(["A", "off"]);
  // To them it was not for the rule that was and is not for the one that is.
  const seen = new Set<string>();
  client.subscribe(() => seen.add(client.value("theirs", "")));
  change("treatment", "lt", "control");
  streams.publish();
  for (let ms = 0; ms <= SPREAD_MS; ms += 100) await clock.pass(100);
  expect(client.details("theirs", "")).toMatchObject({ value: "A", reason: "DEFAULT" });
  expect([...seen]).toEqual(["A"]);
});

test("what has changed beside an answer that the edge gave decides at once", async () => {
  const { edge, streams, clock, client } = await begin();
  const rules: Flag["rules"] = [{ key: "r", audience: { include: ["secret"] }, variation: "treatment" }];
  const change = (otherwise: string) => {
    const flags = { theirs: flagOf("theirs", { rules }), other: flagOf("other", { rules: [], otherwise }) };
    edge.change({ decisions: { flags }, given: ["secret", "$flag/theirs/r"] });
  };
  change("off");
  streams.publish();
  await clock.pass(SPREAD_MS);
  change("control");
  streams.publish();
  await clock.pass(0);
  expect([client.value("theirs", ""), client.value("other", "")]).toEqual(["B", "A"]);
});

test("an answer that was on its way when definitions changed is not mixed with them", async () => {
  const { edge, streams, clock, client } = await begin();
  let answer = (): void => {};
  edge.deliver = () => new Promise<void>((resolve) => (answer = resolve));
  const synced = client.track("view").then(() => client.flush());
  await clock.pass(0);
  edge.change(CHANGES.nothing);
  streams.publish();
  await clock.pass(0);
  expect(client.membership("viewer")).toMatchObject({ member: true, ready: true });
  edge.deliver = () => {};
  answer();
  await synced;
  await clock.pass(0);
  expect(client.membership("viewer")).toMatchObject({ member: false, ready: true });
});

test("a client that is closed listens no longer", async () => {
  const { streams, client } = await begin();
  await client.close();
  expect(streams.size).toBe(0);
});

const STEP = fc.oneof(
  fc.constantFrom("view", "buy", "plan", "flush", "end", "look" as const),
  fc.record({ change: fc.constantFrom(...Object.values(CHANGES), BASE), isPushed: fc.boolean() }),
  fc.nat(20_000),
);

test("whatever changes and whatever is pushed, the past stays known, and all tabs come to the edge's answers", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 25 }), async (steps) => {
      const { edge, streams, clock, client, problems, open } = await begin();
      const other = open();
      await other.ready;
      for (const step of steps) {
        if (typeof step === "number") await clock.pass(step);
        else if (typeof step === "object") {
          edge.change(step.change);
          if (step.isPushed) streams.publish();
        } else if (step === "flush") void client.flush();
        else if (step === "end") streams.end();
        else if (step === "plan") void client.setTraits({ plan: edge.version % 2 ? "pro" : "free" });
        else void (step === "look" ? other : client).track(step);
        await clock.pass(0);
        expect(client.membership("viewer").ready).toBe(true);
      }
      streams.publish();
      await clock.pass(BACKOFF_MS.most);
      const { anonymousId = "" } = client.inspect()?.user ?? {};
      const all = Object.entries(edge.evaluate({ anonymousId: String(anonymousId) }));
      const members = all.flatMap(([key, { member }]) => (member ? [key] : [])).sort();
      expect([membersOf(client), membersOf(other)]).toEqual([members, members]);
      expect([client.status.mismatches, other.status.mismatches, problems]).toEqual([0, 0, []]);
      await client.close();
      await other.close();
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 100) },
  );
}, 120_000);
