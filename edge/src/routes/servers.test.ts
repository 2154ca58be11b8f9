import { env } from "cloudflare:workers";
import type { EvaluateResponse, ProblemDocument, RulesetResponse, Workspace } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { setTraits, TestEdge, track, watchCalls } from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

describe("GET /v1/ruleset", () => {
  it("answers 304 while the definitions are the same, whoever saved them how often", async () => {
    await edge.segment("pro", { trait: "plan", op: "eq", value: "pro" }, { private: true });
    const first = await edge.call<RulesetResponse>("GET", "/v1/ruleset");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toBe(`"${first.body.version}"`);
    expect(JSON.stringify(first.body.program)).toContain('"pro"');
    const ask = (tag: string) =>
      edge.call<RulesetResponse>("GET", "/v1/ruleset", undefined, { headers: { "if-none-match": tag } });
    expect((await ask(etag)).status).toBe(304);
    await edge.call("PATCH", "/v1/segments/pro", { name: "Another name" });
    expect((await ask(`W/${etag}, "x"`)).status).toBe(304);
    await edge.call("PATCH", "/v1/segments/pro", { rule: { trait: "plan", op: "eq", value: "max" } });
    const changed = await ask(etag);
    expect(changed.status).toBe(200);
    expect(changed.body.version).not.toBe(first.body.version);
  });
});

describe("POST /v1/evaluate", () => {
  const evaluate = async (body: object) =>
    (await edge.call<EvaluateResponse>("POST", "/v1/evaluate", body)).body;

  it("answers membership, until and why, for the segments asked for", async () => {
    await edge.segment("recent", { event: "buy", within: { days: 1 }, op: "gte", value: 1 });
    await edge.segment("pro", { trait: "plan", op: "eq", value: "pro" });
    const op = track({ userId: "u" }, "buy");
    await edge.batch(op);
    const answer = await evaluate({ userId: "u", segments: ["recent", "none"], explain: true });
    expect(answer).toMatchObject({ now: edge.now, known: true });
    expect(answer.memberships).toEqual({
      recent: {
        member: true,
        until: op.ts + 86_400_000,
        explanation: expect.objectContaining({ member: true, operand: 1, until: op.ts + 86_400_000 }),
      },
    });
    expect(Object.keys((await evaluate({ userId: "u" })).memberships)).toEqual(["pro", "recent"]);
  });

  it("answers for an instant before now from the log, for as long as that reaches back (law 5)", async () => {
    await edge.segment("recent", { event: "buy", within: { hours: 1 }, op: "gte", value: 1 });
    await edge.segment("pro", { trait: "plan", op: "eq", value: "pro" });
    const start = edge.now;
    const [hour, day] = [3_600_000, 86_400_000];
    await edge.batch(track({ userId: "u" }, "buy", { ts: start }));
    edge.now += 30 * day;
    await edge.batch(
      track({ userId: "u" }, "buy", { ts: edge.now }),
      setTraits({ userId: "u" }, { plan: "pro" }),
    );
    const at = async (at: number) => {
      const { now, memberships } = await evaluate({ userId: "u", at });
      expect(now).toBe(at);
      expect(memberships.pro?.member).toBe(true);
      return memberships.recent;
    };
    expect(await at(start - 1)).toEqual({ member: false, until: start });
    expect(await at(start)).toEqual({ member: true, until: start + hour });
    expect(await at(start + hour)).toEqual({ member: false, until: edge.now });
    expect(await at(edge.now)).toEqual({ member: true, until: edge.now + hour });
    const { explanation } =
      (await evaluate({ userId: "u", at: start, explain: true })).memberships.recent ?? {};
    expect(explanation).toMatchObject({ operand: 1, until: start + hour });
    expect(await evaluate({ userId: "nobody", at: start })).toMatchObject({ known: false });
    const refused = await edge.call("POST", "/v1/evaluate", { userId: "u", at: edge.now + 1 });
    expect(refused).toMatchObject({ status: 422, body: { code: "invalid-body", path: "/at" } });
  });

  it("reads the log only for an instant that the state does not answer", async () => {
    await edge.segment("often", { event: "buy", within: { hours: 1 }, op: "gte", value: 3 });
    const [hour, day] = [3_600_000, 86_400_000];
    const start = edge.now;
    const events = Array.from({ length: 300 }, () => track({ userId: "u" }, "buy", { ts: start }));
    await edge.batch(...events);
    edge.now += 2 * day;
    await edge.batch(track({ userId: "u" }, "buy", { ts: edge.now - 1 }));
    const watched = watchCalls(env.DB);
    edge.db = watched.db;
    const isMember = async (at: number) => (await evaluate({ userId: "u", at })).memberships.often?.member;
    expect(await isMember(edge.now - day)).toBe(false);
    expect(watched.rowsRead).toBeLessThan(100);
    expect(await isMember(start + hour - 1)).toBe(true);
    expect(watched.rowsRead).toBeGreaterThan(300);
  });

  it("explains by how often something happened, also where the state keeps no more than the rule needs", async () => {
    await edge.segment("often", { event: "buy", within: { days: 90 }, op: "gte", value: 3 });
    const ts = edge.now - 3 * 86_400_000;
    await edge.batch(
      ...Array.from({ length: 50 }, (_, at) => track({ userId: "u" }, "buy", { ts: ts - at })),
    );
    for (const at of [edge.now, edge.now - 1]) {
      const { memberships } = await evaluate({ userId: "u", at, explain: true });
      expect(memberships.often?.explanation).toMatchObject({ member: true, operand: 50 });
    }
  });

  it("lets traits of the request stand over stored ones and writes nothing", async () => {
    await edge.segment("pro", { trait: "plan", op: "eq", value: "pro" });
    await edge.batch(setTraits({ userId: "u" }, { plan: "free" }));
    expect((await evaluate({ userId: "u", traits: { plan: "pro" } })).memberships.pro?.member).toBe(true);
    expect((await evaluate({ userId: "u" })).memberships.pro?.member).toBe(false);
    expect(await evaluate({ userId: "new", traits: { plan: "pro" } })).toMatchObject({
      known: false,
      memberships: { pro: { member: true } },
    });
    expect(await env.DB.prepare("select count(*) as n from profiles").first("n")).toBe(1);
  });

  it("knows no name that is not a trait's", async () => {
    await edge.segment("odd", { trait: "__proto__", op: "eq", value: "x" });
    await edge.segment("plain", { trait: "toString", op: "exists" });
    const raw = '{"userId":"u","traits":{"__proto__":"x"}}';
    const { body } = await edge.call<EvaluateResponse>("POST", "/v1/evaluate", undefined, { raw });
    expect(body.memberships).toMatchObject({ odd: { member: true }, plain: { member: false } });
  });

  it("needs a user", async () => {
    const { status, body } = await edge.call("POST", "/v1/evaluate", {});
    expect([status, body.code]).toEqual([422, "invalid-body"]);
  });
});

describe("/v1/workspace", () => {
  const patch = (body: object) =>
    edge.call<Partial<Workspace & ProblemDocument>>("PATCH", "/v1/workspace", body);

  it("begins with UTC and the usual personal traits", async () => {
    expect((await edge.call("GET", "/v1/workspace")).body).toEqual({
      zone: "UTC",
      personalTraits: ["email", "phone", "name", "user_id"],
      computed: {},
      identity: { required: false, audience: null },
    });
  });

  it("decides with its zone and computed traits as soon as they are saved", async () => {
    await edge.segment("late", { formula: "hour(now)", op: "gte", value: 12 });
    await edge.segment("rich", { formula: "double", op: "gte", value: 10 });
    await edge.batch(setTraits({ userId: "u" }, { total: 6 }));
    edge.now = Date.UTC(2035, 5, 1, 11, 30);
    expect(await edge.listed("late")).toEqual([]);
    expect((await patch({ zone: "Europe/Berlin", computed: { double: "total * 2" } })).status).toBe(200);
    expect(await edge.listed("late")).toEqual(["u"]);
    expect(await edge.listed("rich")).toEqual(["u"]);
  });

  it.each([
    [{ zone: "Mars/Base" }, "invalid-body", "/zone"],
    [{ computed: { a: "b", b: "a" } }, "rule-invalid", "/computed/a"],
    [{ computed: { a: "1 +" } }, "rule-invalid", "/computed/a"],
    [JSON.parse('{"computed":{"__proto__":"1 +"}}'), "rule-invalid", "/computed/__proto__"],
    [{ colour: 1 }, "invalid-body", "/colour"],
  ])("refuses %j", async (body, code, path) => {
    const answer = await patch(body);
    expect([answer.status, answer.body.code, answer.body.path]).toEqual([422, code, path]);
  });
});
