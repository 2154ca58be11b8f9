import { LIMITS } from "@muster/rules";
import { beforeEach, describe, expect, it } from "vitest";
import { identify, setTraits, TestEdge, track } from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

const place = { country: "DE", region: "Bavaria", city: "Munich", timezone: "Europe/Berlin" };

describe("sync", () => {
  it("acknowledges, ships definitions, the past and authoritative memberships", async () => {
    await edge.segment("buyers", {
      event: "buy",
      where: { prop: "amount", op: "gt", value: 5 },
      within: { days: 1 },
      op: "gte",
      value: 1,
    });
    const op = track({ anonymousId: "a" }, "buy", { props: { amount: 10, note: "for nobody" } });
    const answer = await edge.sync({ anonymousId: "a", ops: [op, track({ anonymousId: "a" }, "unread")] });
    expect(answer.acks.map((ack) => ack.status)).toEqual(["stored", "stored"]);
    expect(answer.now).toBe(edge.now);
    expect(answer.ruleset?.program.segments.map(([key]) => key)).toEqual(["buyers"]);
    expect(answer.memberships).toEqual({ buyers: { member: true, until: op.ts + 86_400_000 } });
    expect(answer.snapshot).toMatchObject({ reset: true, more: false, cursor: { epoch: 0 } });
    expect(answer.snapshot.events).toEqual([{ id: op.id, name: "buy", ts: op.ts, props: { amount: 10 } }]);
  });

  it("sends afterwards only what is newer", async () => {
    await edge.segment("buyers", { event: "buy", op: "gte", value: 1 });
    const first = await edge.sync({ anonymousId: "a", ops: [track({ anonymousId: "a" }, "buy")] });
    const have = { anonymousId: "a", ruleset: first.ruleset?.version ?? null, cursor: first.snapshot.cursor };
    const second = await edge.sync(have);
    expect(second).toMatchObject({ ruleset: null, snapshot: { reset: false, events: [] } });
    const op = track({ anonymousId: "a" }, "buy");
    await edge.batch(op);
    const third = await edge.sync({ ...have, cursor: second.snapshot.cursor });
    expect(third.snapshot.events.map((event) => event.id)).toEqual([op.id]);
    expect(third.snapshot.reset).toBe(false);
  });

  it("starts anew for a cursor that is not of this past, and when other things are read of it", async () => {
    await edge.segment("buyers", { event: "buy", op: "gte", value: 1 });
    const op = track({ anonymousId: "a" }, "buy");
    const first = await edge.sync({ anonymousId: "a", ops: [op] });
    const { cursor } = first.snapshot;
    const have = { anonymousId: "a", ruleset: first.ruleset?.version ?? null };
    for (const wrong of [{ profile: "1" }, { epoch: 7 }, { seq: cursor.seq + 1 }]) {
      const { snapshot } = await edge.sync({ ...have, cursor: { ...cursor, ...wrong } });
      expect(snapshot).toMatchObject({ reset: true, cursor, events: [{ id: op.id }] });
    }
    await edge.segment("viewers", { event: "view", op: "gte", value: 1 });
    const { snapshot } = await edge.sync({ ...have, cursor });
    expect(snapshot).toMatchObject({ reset: true, events: [{ id: op.id }] });
  });

  it("sends a long past in pages", async () => {
    await edge.segment("buyers", { event: "buy", op: "gte", value: 1 });
    const ops = Array.from({ length: LIMITS.page }, () => track({ anonymousId: "a" }, "buy"));
    await edge.batch(...ops);
    await edge.batch(...ops.slice(0, 3).map((op) => ({ ...op, id: `${op.id}-again` })));
    const first = await edge.sync({ anonymousId: "a" });
    expect(first.snapshot).toMatchObject({ reset: true, more: true });
    expect(first.snapshot.events).toHaveLength(LIMITS.page);
    const ruleset = first.ruleset?.version ?? null;
    const second = await edge.sync({ anonymousId: "a", ruleset, cursor: first.snapshot.cursor });
    expect(second.snapshot).toMatchObject({ reset: false, more: false });
    expect(second.snapshot.events).toHaveLength(3);
  });

  it("answers someone unknown without keeping anything of them", async () => {
    await edge.segment("newcomers", { event: "$page", op: "eq", value: 0 });
    const { memberships, snapshot } = await edge.sync({ anonymousId: "a" }, place);
    expect(memberships.newcomers?.member).toBe(true);
    expect(snapshot).toMatchObject({ events: [], cursor: { seq: 0 } });
    const { results } = await edge.db.prepare("select * from profiles").all();
    expect(results).toEqual([]);
  });

  it("writes the place of a visitor where the application has not", async () => {
    for (const trait of Object.keys(place)) {
      await edge.segment(trait, { trait, op: "exists" });
    }
    await edge.segment("german", { trait: "country", op: "eq", value: "DE" });
    const op = track({ anonymousId: "a" }, "$page");
    const first = await edge.sync({ anonymousId: "a", ops: [op] }, place);
    expect(Object.entries(first.snapshot.traits).map(([name, { value }]) => [name, value])).toEqual(
      expect.arrayContaining(Object.entries(place)),
    );
    expect(await edge.membersOf({ anonymousId: "a" })).toContain("german");
    edge.now += 1;
    await edge.sync({ anonymousId: "a" }, { ...place, country: "FR" });
    expect(await edge.membersOf({ anonymousId: "a" })).not.toContain("german");
    await edge.batch(setTraits({ anonymousId: "a" }, { country: "DE", city: null }, { ts: 1 }));
    const last = await edge.sync({ anonymousId: "a" }, { ...place, country: "FR" });
    expect(last.snapshot.traits).toMatchObject({ country: { value: "DE" }, city: { value: null } });
  });
});

describe("what a browser gets (law 7)", () => {
  const secrets = [
    "other-user",
    "other-anonymous",
    "other@example.com",
    "own@example.com",
    "Name of a segment",
    "What it is for",
    "hidden-trait",
    "hidden-value",
    "draft-value",
    "archived-value",
    "listed-id",
    "personal.example",
    "unread-prop",
    "unread-event",
    "unread-trait",
  ];

  it("is nothing of others, no words about segments, and no rule that is to stay at the edge", async () => {
    const words = { name: "Name of a segment", description: "What it is for" };
    await edge.call("PATCH", "/v1/workspace", { computed: { domain: "coalesce(email, name)" } });
    await edge.segment(
      "open",
      { event: "buy", where: { prop: "sku", op: "eq", value: "s" }, op: "gte", value: 1 },
      words,
    );
    await edge.segment(
      "secret",
      { trait: "hidden-trait", op: "eq", value: "hidden-value" },
      { ...words, private: true },
    );
    await edge.segment("refers", { all: [{ segment: "secret" }, { segment: "list" }] }, words);
    await edge.segment("personal", { trait: "email", op: "endsWith", value: "personal.example" }, words);
    await edge.segment("computed", { formula: "domain", op: "eq", value: "other@example.com" }, words);
    await edge.segment(
      "letted",
      { formula: "x", let: { x: { trait: "phone" } }, op: "eq", value: "other@example.com" },
      words,
    );
    await edge.segment("list", null, {
      ...words,
      type: "static",
      members: ["listed-id", "other-user", "me"],
    });
    await edge.segment(
      "draft",
      { trait: "a", op: "eq", value: "draft-value" },
      { ...words, status: "draft" },
    );
    await edge.segment("archived", { trait: "a", op: "eq", value: "archived-value" }, words);
    await edge.call("PATCH", "/v1/segments/archived", { status: "archived" });
    await edge.segment("paused", { trait: "a", op: "eq", value: "draft-value" }, words);
    await edge.call("PATCH", "/v1/segments/paused", { status: "paused" });
    await edge.batch(
      track({ userId: "other-user", anonymousId: "other-anonymous" }, "buy", { props: { sku: "s" } }),
      identify("other-anonymous", "other-user", {
        email: "other@example.com",
        "hidden-trait": "hidden-value",
      }),
      setTraits(
        { userId: "me" },
        { email: "own@example.com", "hidden-trait": "hidden-value", "unread-trait": 1 },
      ),
    );
    const ops = [
      track({ anonymousId: "mine" }, "buy", { props: { sku: "s", note: "unread-prop" } }),
      track({ anonymousId: "mine" }, "unread-event"),
      { type: "sing", id: "bad" },
      identify("mine", "me"),
    ];
    const first = await edge.sync({ anonymousId: "mine", userId: "me", ops }, place);
    const version = first.ruleset?.version ?? null;
    const payloads = [
      first,
      await edge.sync({ anonymousId: "mine", userId: "me", ruleset: version, cursor: first.snapshot.cursor }),
      await edge.sync({ anonymousId: "mine" }),
      await edge.sync({ anonymousId: "someone new" }),
    ];
    for (const payload of payloads) {
      const text = JSON.stringify(payload);
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    }
    expect(first.ruleset?.program.segments.map(([key]) => key).sort()).toEqual([
      "computed",
      "letted",
      "list",
      "open",
      "paused",
      "personal",
      "refers",
      "secret",
    ]);
    const members = Object.entries(first.memberships).filter(([, { member }]) => member);
    expect(members.map(([key]) => key).sort()).toEqual(["list", "open", "refers", "secret"]);
    expect(Object.keys(first.memberships)).toHaveLength(8);
  });

  it("is no rule that reads a computed trait which is marked personal, through others too", async () => {
    await edge.call("PATCH", "/v1/workspace", {
      personalTraits: ["contact"],
      computed: { contact: { event: "signup", measure: { last: "mail" } }, via: "coalesce(contact, plan)" },
    });
    await edge.segment("direct", { formula: "contact", op: "eq", value: "other@example.com" });
    await edge.segment("through", { formula: "via", op: "eq", value: "other@example.com" });
    await edge.segment("stored", { trait: "contact", op: "eq", value: "other@example.com" });
    await edge.segment("open", { formula: "plan", op: "eq", value: "pro-value" });
    await edge.batch(track({ anonymousId: "a" }, "signup", { props: { mail: "other@example.com" } }));
    const answer = await edge.sync({ anonymousId: "a" });
    expect(JSON.stringify(answer)).not.toContain("other@example.com");
    expect(JSON.stringify(answer.ruleset)).toContain("pro-value");
    expect(answer.memberships).toMatchObject({ direct: { member: true }, through: { member: true } });
  });

  it("changes with what is marked personal", async () => {
    await edge.segment("plan", { trait: "plan", op: "eq", value: "pro-value" });
    const program = async () => JSON.stringify((await edge.sync({ anonymousId: "a" })).ruleset);
    expect(await program()).toContain("pro-value");
    await edge.call("PATCH", "/v1/workspace", { personalTraits: ["plan"] });
    expect(await program()).not.toContain("pro-value");
  });
});
