import { LIMITS } from "@muster/rules";
import type { MismatchList } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { heldFrom, identify, localMemberships, setTraits, TestEdge, track } from "../../test/edge.ts";

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
    expect(answer.snapshot?.cursor.seq).toBe(2);
    expect(localMemberships(answer)).toEqual(answer.memberships);
  });

  it("sends no snapshot to who has it, and a whole one when anything is new (law 3)", async () => {
    await edge.segment("buyers", { event: "buy", op: "gte", value: 2 });
    const first = await edge.sync({ anonymousId: "a", ops: [track({ anonymousId: "a" }, "buy")] });
    const held = { anonymousId: "a", ...heldFrom(first) };
    expect(await edge.sync(held)).toMatchObject({ ruleset: null, snapshot: null });
    await edge.batch(track({ anonymousId: "a" }, "buy"));
    const third = await edge.sync(held);
    expect(third.snapshot?.cursor).toEqual({ ...held.cursor, seq: 2 });
    expect(third.memberships.buyers?.member).toBe(true);
    expect(localMemberships({ ...third, ruleset: first.ruleset })).toEqual(third.memberships);
  });

  it("sends the snapshot to who has another one, and when other things are read of it", async () => {
    await edge.segment("buyers", { event: "buy", op: "gte", value: 1 });
    const first = await edge.sync({ anonymousId: "a", ops: [track({ anonymousId: "a" }, "buy")] });
    const { snapshot } = first;
    const held = heldFrom(first);
    for (const wrong of [{ profile: "1" }, { seq: 0 }, { seq: 2 }]) {
      const cursor = { profile: "", seq: 0, ...held.cursor, ...wrong };
      expect((await edge.sync({ anonymousId: "a", ...held, cursor })).snapshot).toEqual(snapshot);
    }
    expect((await edge.sync({ anonymousId: "a", ...held, ruleset: "other" })).snapshot).toEqual(snapshot);
    await edge.segment("viewers", { event: "view", op: "gte", value: 1 });
    const last = await edge.sync({ anonymousId: "a", ...held });
    expect(Object.keys(last.snapshot?.state.series ?? {})).toHaveLength(2);
    expect(localMemberships(last)).toEqual(last.memberships);
  });

  it("says which waiting operations the snapshot holds: those of this user alone", async () => {
    await edge.segment("buyers", { event: "buy", op: "gte", value: 1 });
    const [mine, users, others] = [{ anonymousId: "a" }, { userId: "u" }, { userId: "v" }];
    const ops = [track(mine, "buy"), setTraits(mine, { x: 1 }), track(users, "buy"), track(others, "buy")];
    await edge.batch(...ops);
    const waiting = [...ops.map(({ id }) => id), "never-sent"];
    const [track1, set1, track2] = waiting;
    expect((await edge.sync({ anonymousId: "a", waiting })).known).toEqual([track1, set1]);
    expect((await edge.sync({ anonymousId: "a", userId: "u", waiting })).known).toEqual([track2]);
    const answer = await edge.sync({ anonymousId: "a", userId: "u", ops: [identify("a", "u")], waiting });
    expect(answer.known).toEqual([track1, set1, track2]);
    expect(answer.acks).toMatchObject([{ status: "stored" }]);
    expect((await edge.sync({ anonymousId: "new", waiting })).known).toEqual([]);
  });

  it("looks for as many waiting operations as a browser keeps", async () => {
    const id = (n: number) => `"${String(n).padStart(40, "\\")}`;
    await edge.sync({ anonymousId: "a", ops: [track({ anonymousId: "a" }, "buy", { id: id(7) })] });
    const waiting = Array.from({ length: LIMITS.waiting }, (_, n) => id(n));
    expect((await edge.sync({ anonymousId: "a", userId: "u", waiting })).known).toEqual([]);
    expect((await edge.sync({ anonymousId: "a", waiting })).known).toEqual([id(7)]);
  });

  it("answers someone unknown without keeping anything of them", async () => {
    await edge.segment("newcomers", { event: "$page", op: "eq", value: 0 });
    const answer = await edge.sync({ anonymousId: "a" }, place);
    expect(answer.memberships.newcomers?.member).toBe(true);
    expect(answer.snapshot).toMatchObject({ cursor: { seq: 0 } });
    expect(localMemberships(answer)).toEqual(answer.memberships);
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
    expect(Object.entries(first.snapshot?.traits ?? {}).map(([name, { value }]) => [name, value])).toEqual(
      expect.arrayContaining(Object.entries(place)),
    );
    expect(await edge.membersOf({ anonymousId: "a" })).toContain("german");
    edge.now += 1;
    await edge.sync({ anonymousId: "a" }, { ...place, country: "FR" });
    expect(await edge.membersOf({ anonymousId: "a" })).not.toContain("german");
    await edge.batch(setTraits({ anonymousId: "a" }, { country: "DE", city: null }, { ts: 1 }));
    const last = await edge.sync({ anonymousId: "a" }, { ...place, country: "FR" });
    expect(last.snapshot?.traits).toMatchObject({ country: { value: "DE" }, city: { value: null } });
  });
});

const DAY = 86_400_000;

describe("a device whose clock is wrong", () => {
  beforeEach(async () => {
    await edge.segment("recent", { event: "buy", within: { hours: 1 }, op: "gte", value: 1 });
    await edge.segment("plan", { trait: "plan", op: "eq", value: "new" });
  });

  it.each([-DAY, -1, 1, DAY])("by %i ms reports what happened when it happened", async (skew) => {
    const clock = edge.now + skew;
    const op = track({ anonymousId: "a" }, "buy", { ts: clock - 60_000 });
    const sent = [op, setTraits({ anonymousId: "a" }, { plan: "new" }, { ts: clock - 10 })];
    await edge.batch(setTraits({ anonymousId: "a" }, { plan: "old" }, { ts: edge.now - 20 }));
    const answer = await edge.sync({ anonymousId: "a", clock, ops: sent });
    expect(answer.memberships).toEqual({
      recent: { member: true, until: edge.now - 60_000 + 3_600_000 },
      plan: { member: true, until: null },
    });
  });

  it("keeps instants in the years that there are, and refuses those that never were in them", async () => {
    const [first, last] = [-62_135_596_800_000, 253_402_300_799_999];
    const send = async (clock: number, ...instants: unknown[]) => {
      const ops = instants.map((ts) => track({ anonymousId: "a" }, "buy", { ts }));
      const { acks } = await edge.sync({ anonymousId: "a", clock, ops });
      const { results } = await edge.db.prepare("select ts from events").all<{ ts: number }>();
      await edge.db.prepare("delete from events").run();
      return [acks.map(({ status }) => status), results.map(({ ts }) => ts)];
    };
    expect(await send(edge.now - DAY, last, last - DAY)).toEqual([
      ["stored", "stored"],
      [last, last],
    ]);
    expect(await send(edge.now + DAY, first, first + DAY)).toEqual([
      ["stored", "stored"],
      [first, first],
    ]);
    expect(await send(edge.now + DAY, last + DAY, last + DAY + 1, "x", 1.5)).toEqual([
      ["stored", "refused", "refused", "refused"],
      [last],
    ]);
  });
});

describe("mismatches", () => {
  it("are counted by segment for admins, as far as browsers decide it", async () => {
    await edge.segment("one", { event: "buy", op: "gte", value: 1 });
    await edge.segment("draft", { event: "buy", op: "gte", value: 1 }, { status: "draft" });
    await edge.sync({ anonymousId: "a", mismatches: ["one", "one", "draft", "no such", "__proto__"] });
    edge.now += 5;
    await edge.sync({ anonymousId: "b", ops: [track({ anonymousId: "b" }, "buy")], mismatches: ["one"] });
    const { body } = await edge.call<MismatchList>("GET", "/v1/mismatches");
    expect(body).toEqual({ mismatches: [{ segment: "one", count: 2, lastAt: edge.now }] });
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
    "hidden-prop",
    "hidden-event",
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
    await edge.segment(
      "watched",
      { event: "buy", measure: { distinct: "hidden-prop" }, op: "gte", value: 1 },
      { ...words, private: true },
    );
    await edge.segment(
      "watched too",
      { event: "hidden-event", op: "gte", value: 1 },
      { private: true, key: "too" },
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
      track({ anonymousId: "mine" }, "buy", {
        props: { sku: "s", note: "unread-prop", "hidden-prop": "hidden-property" },
      }),
      track({ anonymousId: "mine" }, "hidden-event"),
      track({ anonymousId: "mine" }, "unread-event"),
      { type: "sing", id: "bad" },
      identify("mine", "me"),
    ];
    const first = await edge.sync({ anonymousId: "mine", userId: "me", ops }, place);
    const payloads = [
      first,
      await edge.sync({ anonymousId: "mine", userId: "me", ...heldFrom(first) }),
      await edge.sync({ anonymousId: "mine" }),
      await edge.sync({ anonymousId: "someone new" }),
      (await edge.call("POST", "/v1/bootstrap", { anonymousId: "mine", userId: "me" })).body,
      (await edge.call("POST", "/v1/bootstrap", { anonymousId: "someone new" })).body,
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
      "too",
      "watched",
    ]);
    expect(Object.keys(first.snapshot?.state.series ?? {})).toHaveLength(1);
    const members = Object.entries(first.memberships).filter(([, { member }]) => member);
    expect(members.map(([key]) => key).sort()).toEqual([
      "list",
      "open",
      "refers",
      "secret",
      "too",
      "watched",
    ]);
    expect(Object.keys(first.memberships)).toHaveLength(10);
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
