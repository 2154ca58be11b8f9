import { env } from "cloudflare:workers";
import type { CreateSegmentRequest, ProblemDocument, Segment, SegmentList } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { setTraits, TestEdge } from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

const rule = { trait: "plan", op: "eq", value: "pro" };
/** What is answered: a segment, or a problem. */
type Body = Partial<Omit<Segment, "status"> & Omit<ProblemDocument, "status">> & { status?: string | number };
const create = (body: object) => edge.call<Body>("POST", "/v1/segments", { name: "S", ...body });
const patch = (key: string, body: object) => edge.call<Body>("PATCH", `/v1/segments/${key}`, body);

describe("a segment", () => {
  it("is a draft at first, and answered as it is kept", async () => {
    const { status, body } = await create({ key: "pro", description: "d", rule });
    expect(status).toBe(201);
    expect(body).toEqual({
      key: "pro",
      name: "S",
      description: "d",
      type: "dynamic",
      status: "draft",
      rule,
      private: false,
      version: 1,
      createdAt: edge.now,
      updatedAt: edge.now,
    });
    expect((await edge.call("GET", "/v1/segments/pro")).body).toEqual(body);
  });

  it("keeps each version that was saved", async () => {
    await create({ key: "pro", rule });
    edge.now += 1_000;
    const { body } = await patch("pro", { name: "Pro", rule: { ...rule, value: "max" } });
    expect(body).toMatchObject({ version: 2, name: "Pro", rule: { value: "max" }, updatedAt: edge.now });
    const { results } = await env.DB.prepare("select version, definition from segment_versions").all<{
      version: number;
      definition: string;
    }>();
    expect(results.map((row) => [row.version, JSON.parse(row.definition).name])).toEqual([
      [1, "S"],
      [2, "Pro"],
    ]);
  });

  it("that is only renamed settles nobody anew", async () => {
    await create({ key: "pro", rule, status: "active" });
    await edge.batch(setTraits({ userId: "u" }, { plan: "pro" }));
    const seq = () => env.DB.prepare("select seq from profiles").first("seq");
    const before = await seq();
    expect((await patch("pro", { name: "Pro", description: "Those who pay" })).body.version).toBe(2);
    expect(await seq()).toBe(before);
    await patch("pro", { private: true });
    expect(await seq()).not.toBe(before);
  });

  it("is changed once by each of two requests that come together", async () => {
    await create({ key: "pro", rule });
    await Promise.all([patch("pro", { name: "Pro" }), patch("pro", { description: "d" })]);
    const { body } = await edge.call("GET", "/v1/segments/pro");
    expect(body).toMatchObject({ version: 3, name: "Pro", description: "d" });
  });

  it("goes draft → active ⇄ paused → archived and no other way", async () => {
    const allowed = new Set(["draft>active", "active>paused", "paused>active"]);
    const statuses = ["draft", "active", "paused", "archived"];
    const route: Record<string, string[]> = {
      draft: [],
      active: ["active"],
      paused: ["active", "paused"],
      archived: ["archived"],
    };
    for (const from of statuses) {
      for (const to of statuses.filter((status) => status !== from)) {
        const key = `${from}-${to}`;
        await create({ key, rule });
        for (const status of route[from] ?? []) await patch(key, { status });
        const { status, body } = await patch(key, { status: to });
        const legal = allowed.has(`${from}>${to}`) || (to === "archived" && from !== "archived");
        expect([key, status, body.code]).toEqual([
          key,
          legal ? 200 : 409,
          legal ? undefined : "illegal-transition",
        ]);
        if (from === "draft" && to === "paused") expect(body.detail).toContain("active or archived");
      }
    }
  });

  it("that is archived stays as it is, and its key taken", async () => {
    await create({ key: "pro", rule });
    await patch("pro", { status: "archived" });
    expect((await patch("pro", { name: "x" })).body.code).toBe("segment-not-editable");
    expect((await patch("pro", { status: "archived", name: "x" })).body.code).toBe("illegal-transition");
    expect((await create({ key: "pro", rule })).status).toBe(409);
  });

  it.each<[string, Partial<CreateSegmentRequest>, number, string, string]>([
    [
      "an unknown operator",
      { rule: { all: [{ trait: "a", op: "is", value: 1 }] } },
      422,
      "rule-invalid",
      "/rule/all/0/op",
    ],
    ["an unknown key", { rule: { trait: "a", op: "exists", "x/y": 1 } }, 422, "rule-invalid", "/rule/x~1y"],
    ["itself", { rule: { not: { segment: "k" } } }, 422, "cycle", "/rule/not/segment"],
    ["no rule", {}, 422, "invalid-body", ""],
    ["a rule in a static one", { type: "static", rule }, 422, "invalid-body", "/rule"],
    ["members in a dynamic one", { rule, members: ["u"] }, 422, "invalid-body", "/members"],
  ])("with %s is refused by a path", async (_, body, status, code, path) => {
    const answer = await create({ key: "k", ...body });
    expect([answer.status, answer.body.code, answer.body.path]).toEqual([status, code, path]);
    expect((await edge.call("GET", "/v1/segments/k")).status).toBe(404);
  });

  it("cannot close a circle, even when two requests try together", async () => {
    await create({ key: "a", rule });
    await create({ key: "b", rule });
    const answers = await Promise.all([
      patch("a", { rule: { segment: "b" } }),
      patch("b", { rule: { any: [{ segment: "a" }] } }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
    expect(answers.find((answer) => answer.status === 422)?.body.code).toBe("cycle");
  });

  it("is made once when two requests make it together", async () => {
    const answers = await Promise.all([create({ key: "k", rule }), create({ key: "k", rule })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it("takes members by hand only where it is static and may change", async () => {
    await create({ key: "dynamic", rule });
    await create({ key: "list", type: "static", status: "active" });
    const change = (key: string) => edge.call("POST", `/v1/segments/${key}/members`, { add: ["u"] });
    expect((await change("dynamic")).body).toMatchObject({ status: 409, code: "wrong-segment-type" });
    expect((await change("list")).status).toBe(204);
    await patch("list", { status: "paused" });
    expect((await change("list")).body).toMatchObject({ status: 409, code: "segment-not-editable" });
    expect((await patch("list", { rule })).body).toMatchObject({ status: 409, code: "wrong-segment-type" });
    expect((await change("none")).status).toBe(404);
  });
});

describe("the list of segments", () => {
  const keys = async (query: string) => {
    const { body } = await edge.call<SegmentList>("GET", `/v1/segments${query}`);
    return body.segments.map((segment) => segment.key);
  };

  it("is searched by key and name, and by status and type; archived ones only when asked for", async () => {
    await create({ key: "cart", name: "Left a Cart", rule });
    await create({ key: "vip", name: "Best 100%_", type: "static", status: "active" });
    await create({ key: "old", rule });
    await patch("old", { status: "archived" });
    expect(await keys("")).toEqual(["cart", "vip"]);
    expect(await keys("?search=LEFT")).toEqual(["cart"]);
    expect(await keys("?search=vi")).toEqual(["vip"]);
    expect(await keys(`?search=${encodeURIComponent("%_")}`)).toEqual(["vip"]);
    expect(await keys("?status=archived")).toEqual(["old"]);
    expect(await keys("?type=static")).toEqual(["vip"]);
  });

  it("comes in pages", async () => {
    for (const key of ["a", "b", "c"]) await create({ key, rule });
    const first = await edge.call<SegmentList>("GET", "/v1/segments?limit=2");
    expect(first.body.next).toBe("b");
    expect(await keys("?limit=2&cursor=b")).toEqual(["c"]);
  });

  it.each(["limit=0", "limit=1001", "limit=x", "status=none", "sort=key"])(
    "refuses ?%s by name",
    async (query) => {
      const { status, body } = await edge.call("GET", `/v1/segments?${query}`);
      expect([status, body.code, body.path]).toEqual([400, "invalid-parameter", query.split("=")[0]]);
    },
  );
});
