import { env } from "cloudflare:workers";
import { LIMITS } from "@muster/rules";
import { type DecisionTable, decideFlag, exposureId } from "@muster/rules/decide";
import type { SyncResponse } from "@muster/rules/wire";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { identify, setTraits, TestEdge, track } from "../../test/edge.ts";
import { booleanFlag, experimentOn, HALVES } from "../../test/flags.ts";
import { putDecisions } from "../../test/put-decisions.ts";

const PATH = "/ofrep/v1/evaluate/flags";

interface Evaluation {
  key: string;
  value: unknown;
  reason: string;
  variant: string;
  metadata: { [name: string]: unknown };
  errorCode: string;
  errorDetails: string;
}

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

type Kind = "publishable" | "secret" | "admin";

/** One flag, asked for by a server if not said otherwise. */
async function one(flag: string, context: object = {}, kind: Kind = "secret") {
  return edge.call<Evaluation>("POST", `${PATH}/${flag}`, { context }, { key: await edge.key(kind) });
}

async function all(context: object = {}, headers: Record<string, string> = {}, kind: Kind = "publishable") {
  const options = { key: await edge.key(kind), headers };
  return edge.call<{ flags: Evaluation[]; eventStreams?: unknown[] }>("POST", PATH, { context }, options);
}

const pro = { rule: { trait: "plan", op: "eq", value: "pro" } } as const;
const proFlag = booleanFlag([{ key: "pros", audience: pro, variation: "on" }]);

describe("a single evaluation", () => {
  it("says value, variant, reason and why", async () => {
    await edge.segment("buyers", { event: "buy", within: { days: 1 }, op: "gte", value: 1 });
    await putDecisions(edge, {
      flags: {
        text: {
          ...booleanFlag([{ key: "buyers", audience: { include: ["buyers"] }, variation: "long" }]),
          type: "string",
          variations: { off: "", long: "Thank you" },
        },
      },
    });
    const buy = track({ userId: "ann" }, "buy");
    await edge.batch(buy);
    const { status, headers, body } = await one("text", { targetingKey: "ann" });
    expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(body).toEqual({
      key: "text",
      value: "Thank you",
      variant: "long",
      reason: "TARGETING_MATCH",
      metadata: { rule: "buyers", segmentVersion: "buyers@1", until: buy.ts + 86_400_000 },
    });
    expect((await one("text", { targetingKey: "bob" })).body).toMatchObject({ value: "", reason: "DEFAULT" });
  });

  it("of a flag that is off has the value of its off variation", async () => {
    await putDecisions(edge, { flags: { dark: booleanFlag([], { enabled: false, otherwise: "on" }) } });
    expect((await one("dark")).body).toEqual({
      key: "dark",
      value: false,
      variant: "off",
      reason: "DISABLED",
      metadata: {},
    });
  });

  it("lets the context stand over what is kept, and writes nothing of it", async () => {
    await putDecisions(edge, { flags: { pros: proFlag } });
    await edge.batch(setTraits({ userId: "ann" }, { plan: "pro" }));
    const values = [];
    for (const context of [{}, { plan: "free" }, { plan: null }, {}]) {
      values.push((await one("pros", { targetingKey: "ann", ...context })).body.value);
    }
    expect(values).toEqual([true, false, false, true]);
    expect((await one("pros", { plan: "pro" })).body.value).toBe(true);
  });

  it("compares the dates that OpenFeature sends as texts", async () => {
    const since = { rule: { trait: "since", op: "before", value: "2026-01-01" } } as const;
    await putDecisions(edge, {
      flags: { old: booleanFlag([{ key: "old", audience: since, variation: "on" }]) },
    });
    expect((await one("old", { since: new Date("2025-12-31T10:00:00Z") })).body.value).toBe(true);
    expect((await one("old", { since: new Date("2026-01-02") })).body.value).toBe(false);
  });

  it.each(["a/b c", "a%2Fb", "a%2fb%20c", "__proto__", "constructor", "%E0%A4%A", "", "a//b"])(
    "answers for the key %j, which no flag has, with key and code",
    async (key) => {
      await putDecisions(edge, { flags: { pros: proFlag } });
      const { status, body } = await one(key);
      expect([status, body.errorCode]).toEqual([404, "FLAG_NOT_FOUND"]);
      expect(typeof body.key).toBe("string");
    },
  );

  it("understands an encoded key", async () => {
    await putDecisions(edge, { flags: { "a.b": proFlag } });
    expect((await one("%61%2Eb")).body).toMatchObject({ key: "a.b", value: false });
    expect((await one("a%2Fb")).body.key).toBe("a/b");
  });

  it("takes the key of a request from X-API-Key too", async () => {
    await putDecisions(edge, { flags: { pros: proFlag } });
    const headers = { "x-api-key": await edge.key("secret") };
    const { status } = await edge.call("POST", `${PATH}/pros`, { context: {} }, { key: null, headers });
    expect(status).toBe(200);
  });
});

describe("a context", () => {
  const post = async (raw: string, path = `${PATH}/pros`) =>
    edge.call<Evaluation>("POST", path, undefined, { raw, key: await edge.key("secret") });
  beforeEach(() => putDecisions(edge, { flags: { pros: proFlag } }));
  const nested = (levels: number) => `{"context":{"x":${"[".repeat(levels)}${"]".repeat(levels)}}}`;

  it.each([
    ["no JSON", "{", "PARSE_ERROR"],
    ["nothing", "", "PARSE_ERROR"],
    ["no object", "[]", "INVALID_CONTEXT"],
    ["no context", "{}", "INVALID_CONTEXT"],
    ["a list for a context", '{"context":[]}', "INVALID_CONTEXT"],
    ["a number for a user", '{"context":{"targetingKey":7}}', "INVALID_CONTEXT"],
    ["an object for a device", '{"context":{"anonymousId":{}}}', "INVALID_CONTEXT"],
    ["a user too long", `{"context":{"targetingKey":"${"x".repeat(LIMITS.name + 1)}"}}`, "INVALID_CONTEXT"],
    ["a name too long", `{"context":{"${"x".repeat(LIMITS.name + 1)}":1}}`, "INVALID_CONTEXT"],
    ["a level too deep", nested(LIMITS.depth - 1), "INVALID_CONTEXT"],
    ["hostile depth", nested(100_000), "INVALID_CONTEXT"],
    ["a byte too many", `{"context":{"x":"${"x".repeat(LIMITS.body - 19)}"}}`, "INVALID_CONTEXT"],
  ])("with %s is refused by a 400 that clients understand", async (_, raw, errorCode) => {
    const single = await post(raw);
    expect([single.status, single.body.key, single.body.errorCode]).toEqual([400, "pros", errorCode]);
    const bulk = await post(raw, PATH);
    expect([bulk.status, bulk.body.errorCode]).toEqual([400, errorCode]);
    expect(single.body.errorDetails).toBe(bulk.body.errorDetails);
    expect(single.headers.get("content-type")).toBe("application/json");
  });

  it.each([
    ["as long an id as may be", `{"context":{"targetingKey":"${"x".repeat(LIMITS.name)}"}}`],
    ["as deep as may be", nested(LIMITS.depth - 2)],
    ["as large as may be", `{"context":{"x":"${"x".repeat(LIMITS.body - 20)}"}}`],
    ["empty ids", '{"context":{"targetingKey":"","anonymousId":null}}'],
    ["more than is asked for", '{"context":{},"other":1}'],
    [
      "names of prototypes",
      '{"context":{"__proto__":{"plan":"pro"},"constructor":1,"toString":2,"hasOwnProperty":3}}',
    ],
  ])("with %s is answered", async (_, raw) => {
    const { status, body } = await post(raw);
    expect([status, body.value]).toEqual([200, false]);
    expect("plan" in {}).toBe(false);
  });
});

describe("who may see what", () => {
  it("finds private flags with a server's key only", async () => {
    await putDecisions(edge, { flags: { open: proFlag, hush: proFlag } }, ["hush"]);
    expect((await one("hush")).status).toBe(200);
    const hidden = await one("hush", {}, "publishable");
    expect([hidden.status, hidden.body.errorCode]).toEqual([404, "FLAG_NOT_FOUND"]);
    expect(hidden.body.errorDetails.replace("hush", "none")).toBe(
      (await one("none", {}, "publishable")).body.errorDetails,
    );
    expect((await all()).body.flags.map(({ key }) => key)).toEqual(["open"]);
    expect((await all({}, {}, "secret")).body.flags.map(({ key }) => key)).toEqual(["hush", "open"]);
  });

  it("knows the place of a page, and not of a server", async () => {
    const there = { rule: { trait: "country", op: "eq", value: "PT" } } as const;
    await putDecisions(edge, {
      flags: { pt: booleanFlag([{ key: "pt", audience: there, variation: "on" }]) },
    });
    const ask = async (kind: Kind, context: object) => {
      const options = { key: await edge.key(kind), cf: { country: "PT" } };
      return (await edge.call<Evaluation>("POST", `${PATH}/pt`, { context }, options)).body.value;
    };
    expect(await ask("publishable", { anonymousId: "d" })).toBe(true);
    expect(await ask("publishable", { anonymousId: "d", country: "ES" })).toBe(false);
    expect(await ask("secret", { anonymousId: "d" })).toBe(false);
  });
});

describe("all flags", () => {
  it("are those that each would be by itself, and expose nobody", async () => {
    await putDecisions(edge, {
      ...experimentOn("tested"),
      flags: { ...experimentOn("tested").flags, pros: proFlag },
    });
    const { body } = await all({ targetingKey: "ann" });
    expect(body.flags.map(({ key }) => key)).toEqual(["pros", "tested"]);
    const [, tested] = body.flags;
    expect(tested?.metadata).toEqual({
      rule: "test",
      experiment: "exp",
      iteration: 1,
      unit: "ann",
      settled: false,
      exposureId: exposureId("exp", 1, "ann"),
    });
    expect(await env.DB.prepare("select count(*) as n from events").first("n")).toBe(0);
    for (const flag of body.flags) expect((await one(flag.key, { targetingKey: "ann" })).body).toEqual(flag);
  });

  it("have an ETag by which nothing is sent again, until an answer is another", async () => {
    await putDecisions(edge, { flags: { pros: proFlag } });
    const first = await all({ targetingKey: "ann", plan: "free" });
    const etag = first.headers.get("etag") ?? "";
    const same = await all({ targetingKey: "ann", plan: "free" }, { "if-none-match": `W/${etag}` });
    expect([same.status, same.body, same.headers.get("etag")]).toEqual([304, null, etag]);
    for (const context of [
      { targetingKey: "ann", plan: "pro" },
      { targetingKey: "bob", plan: "pro" },
    ]) {
      const other = await all(context, { "if-none-match": etag });
      expect([other.status, other.body.flags[0]?.value]).toEqual([200, true]);
    }
    await putDecisions(edge, { flags: { pros: { ...proFlag, otherwise: "on" } } });
    expect((await all({ targetingKey: "ann", plan: "free" }, { "if-none-match": etag })).status).toBe(200);
  });

  it("are evaluated whatever a stream said of the definitions", async () => {
    await putDecisions(edge, { flags: { pros: proFlag } });
    const etag = (await all()).headers.get("etag") ?? "";
    const options = { key: await edge.key("publishable"), headers: { "if-none-match": etag } };
    const path = `${PATH}?flagConfigEtag=cfg9&flagConfigLastModified=1771622898`;
    expect((await edge.call("POST", path, { context: {} }, options)).status).toBe(304);
    expect((await edge.call("POST", path, { context: { plan: "pro" } }, options)).status).toBe(200);
  });

  it("name the stream of changes to pages, where there is one", async () => {
    await putDecisions(edge, { flags: { pros: proFlag } });
    const requestUri = `/v1/changes?for=ofrep&key=${await edge.key("publishable")}`;
    expect((await all()).body.eventStreams).toEqual([{ type: "sse", endpoint: { requestUri } }]);
    expect((await all({}, {}, "secret")).body).not.toHaveProperty("eventStreams");
    edge.bindings = { CHANGES: undefined };
    expect((await all()).body).not.toHaveProperty("eventStreams");
  });
});

describe("exposures", () => {
  const logged = async () =>
    (await env.DB.prepare("select id, props from events order by id").all<{ id: string; props: string }>())
      .results;

  it("are recorded once when a server uses a flag, and stick", async () => {
    await putDecisions(edge, experimentOn("tested"));
    const first = (await one("tested", { targetingKey: "ann" })).body;
    expect([first.reason, first.metadata.settled]).toEqual(["SPLIT", false]);
    const other = first.variant === "on" ? "off" : "on";
    const [event, ...more] = await logged();
    expect([event?.id, JSON.parse(event?.props ?? "")]).toEqual([
      exposureId("exp", 1, "ann"),
      { flag: "tested", experiment: "exp", iteration: 1, variation: first.variant, unit: "ann" },
    ]);
    expect(more).toEqual([]);
    await putDecisions(
      edge,
      experimentOn("tested", { arms: { [first.variant]: [], [other]: [[0, 2 ** 32]] } }),
    );
    const second = (await one("tested", { targetingKey: "ann" })).body;
    expect([second.variant, second.metadata.settled]).toEqual([first.variant, true]);
    expect(second.metadata).not.toHaveProperty("exposureId");
    expect(await logged()).toHaveLength(1);
    expect((await one("tested", { targetingKey: "bob" })).body.variant).toBe(other);
  });

  it("are not recorded for a page, which may use the flag later or never", async () => {
    await putDecisions(edge, experimentOn("tested"));
    expect((await one("tested", { targetingKey: "ann" }, "publishable")).body.reason).toBe("SPLIT");
    expect(await logged()).toEqual([]);
  });

  it("of a device stick to it, whoever is at it", async () => {
    await putDecisions(edge, experimentOn("tested", { unit: "device" }));
    const { variant } = (await one("tested", { targetingKey: "ann", anonymousId: "kiosk" })).body;
    const other = variant === "on" ? "off" : "on";
    await putDecisions(
      edge,
      experimentOn("tested", { unit: "device", arms: { [variant]: [], [other]: [[0, 2 ** 32]] } }),
    );
    for (const targetingKey of ["ann", "bob", ""]) {
      const { body } = await one("tested", { targetingKey, anonymousId: "kiosk" });
      expect([body.variant, body.metadata.settled]).toEqual([variant, true]);
    }
    expect((await one("tested", { targetingKey: "ann", anonymousId: "phone" })).body.variant).toBe(other);
    expect((await one("tested", { targetingKey: "ann" })).body.reason).toBe("DEFAULT");
  });
});

describe("pages of any origin", () => {
  const preflight = (path: string) =>
    edge.call("OPTIONS", path, undefined, {
      key: null,
      headers: {
        origin: "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,if-none-match",
      },
    });

  it("may ask with all headers that clients send, and read what they need", async () => {
    await putDecisions(edge, { flags: { pros: proFlag } });
    for (const path of [PATH, `${PATH}/pros`, `${PATH}/a/b`]) {
      const { status, headers } = await preflight(path);
      expect(status).toBe(204);
      expect(headers.get("access-control-allow-methods")).toContain("POST");
      for (const name of ["authorization", "content-type", "if-none-match", "x-api-key", "muster-identity"]) {
        expect(headers.get("access-control-allow-headers")).toContain(name);
      }
    }
    const etag = (await all()).headers.get("etag") ?? "";
    const wrong = { key: "mst_pub_wrong" };
    const answers = [
      await all(),
      await all({}, { "if-none-match": etag }),
      await one("none", {}, "publishable"),
      await all({ targetingKey: 7 }),
      await edge.call("POST", PATH, { context: {} }, wrong),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 304, 404, 400, 401]);
    for (const { headers } of answers) {
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("access-control-expose-headers")).toBe("etag, retry-after");
    }
  });
});

describe("an edge in trouble", () => {
  it("says so as OFREP does, and nothing of the trouble", async () => {
    await putDecisions(edge, { flags: { pros: proFlag } });
    const key = await edge.key("secret");
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    for (const [message, status, wait] of [
      ["secret detail", 500, null],
      ["D1_ERROR: D1 DB is overloaded.", 503, "1"],
    ] as const) {
      edge.db = new Proxy(env.DB, {
        get() {
          throw new Error(message);
        },
      });
      const answer = await edge.call<Evaluation>("POST", `${PATH}/pros`, { context: {} }, { key });
      expect([answer.status, answer.body.key, answer.body.errorCode]).toEqual([status, "pros", "GENERAL"]);
      expect(answer.headers.get("retry-after")).toBe(wait);
      expect(JSON.stringify(answer.body)).not.toContain(message);
    }
    logged.mockRestore();
  });
});

it("a browser that decides by its own table comes to the same flags (law 3)", async () => {
  await edge.segment("buyers", { event: "buy", op: "gte", value: 1 });
  await putDecisions(edge, {
    ...experimentOn("tested"),
    flags: {
      ...experimentOn("tested").flags,
      pros: proFlag,
      buyers: booleanFlag([{ key: "b", audience: { include: ["buyers"] }, variation: "on" }]),
      named: booleanFlag([], { overrides: { on: ["ann"] } }),
      rolled: booleanFlag([{ key: "half", rollout: { salt: "half", unit: "device", places: HALVES } }]),
    },
  });
  await edge.batch(track({ userId: "ann" }, "buy"), setTraits({ userId: "ann" }, { plan: "pro" }));
  for (const [userId, anonymousId] of [
    ["ann", "d1"],
    ["bob", "d2"],
    [null, "d3"],
  ] as const) {
    const { now, memberships, ruleset } = await edge.sync({ anonymousId, userId });
    const table = (ruleset as SyncResponse["ruleset"] & { decisions: DecisionTable }).decisions;
    const { flags } = (await all({ targetingKey: userId, anonymousId })).body;
    expect(flags.map(({ key }) => key)).toEqual(Object.keys(table.flags));
    for (const { key, value, variant, reason } of flags) {
      const own = decideFlag(table, key, undefined, {
        userId,
        anonymousId,
        now,
        answers: (segment) => memberships[segment],
      });
      expect({ value, variant, reason }).toEqual({
        value: own.value,
        variant: own.variation,
        reason: own.reason,
      });
    }
  }
});

it("draws for the ids that were named, and tells a page no other one (law 7)", async () => {
  const { flags = {}, ...experiments } = experimentOn("tested");
  const rollout = { salt: "r", places: HALVES };
  await putDecisions(edge, {
    ...experiments,
    flags: { ...flags, rolled: booleanFlag([{ key: "r", rollout }]) },
  });
  await edge.batch(identify("phone", "ann@example.com"));
  for (const kind of ["publishable", "secret"] as const) {
    const { body } = await all({ anonymousId: "phone" }, {}, kind);
    expect(body.flags.find(({ key }) => key === "tested")?.metadata).toMatchObject({ unit: "phone" });
    expect(JSON.stringify(body)).not.toContain("ann@");
    const { ruleset } = await edge.sync({ anonymousId: "phone" });
    if (ruleset === null) throw new Error("a browser that has nothing gets definitions");
    const asked = { now: edge.now, userId: null, anonymousId: "phone", answers: () => undefined };
    const { value } = decideFlag(ruleset.decisions, "rolled", false, asked);
    expect(body.flags.find(({ key }) => key === "rolled")).toMatchObject({ value, reason: "SPLIT" });
  }
});
