import { env } from "cloudflare:workers";
import { LIMITS } from "@muster/rules";
import type { BatchResponse } from "@muster/rules/wire";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { TestEdge, track } from "../../test/edge.ts";
import { isDeeperThan } from "./read-json.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

const post = (path: string, raw: BodyInit) => edge.call("POST", path, undefined, { raw });

describe("a body", () => {
  const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

  it.each([
    ["not JSON", "{", 400, "malformed-json"],
    ["empty", "", 400, "malformed-json"],
    ["not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "malformed-json"],
    ["as deep as may be", nested(LIMITS.depth), 422, "invalid-body"],
    ["a level deeper", nested(LIMITS.depth + 1), 400, "too-deep"],
    ["hostile in depth", "[".repeat(500_000), 400, "too-deep"],
    ["as large as may be", `"${"x".repeat(LIMITS.body - 2)}"`, 422, "invalid-body"],
    ["a byte larger", `"${"x".repeat(LIMITS.body - 1)}"`, 413, "body-too-large"],
  ])("%s is answered by a problem", async (_, raw, status, code) => {
    const answer = await post("/v1/batch", raw);
    expect([answer.status, answer.body.code, answer.body.status]).toEqual([status, code, status]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  it("that streams on is cut off at the limit and not read to its end", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    expect((await post("/v1/batch", endless)).status).toBe(413);
    expect(sent).toBeLessThan(2 * LIMITS.body);
  });

  it("that is compressed is refused as such", async () => {
    const headers = { "content-encoding": "gzip" };
    const { status, body } = await edge.call("POST", "/v1/batch", { ops: [] }, { headers });
    expect([status, body.code, body.path]).toEqual([415, "encoded-body", "content-encoding"]);
    const plain = await edge.call(
      "POST",
      "/v1/batch",
      { ops: [] },
      { headers: { "content-encoding": "identity" } },
    );
    expect(plain.status).toBe(200);
  });

  it("names the path of what is wrong", async () => {
    const segment = { key: "UPPER", name: "x" };
    expect((await edge.call("POST", "/v1/segments", segment)).body).toMatchObject({
      status: 422,
      path: "/key",
    });
    const unknown = { ops: [], "a/b~c": 1 };
    expect((await edge.call("POST", "/v1/batch", unknown)).body).toMatchObject({ path: "/a~1b~0c" });
  });

  it.each([
    [LIMITS.operations, 200],
    [LIMITS.operations + 1, 422],
  ])("with %i operations is answered %i", async (size, status) => {
    const ops = Array.from({ length: size }, () => null);
    expect((await edge.call("POST", "/v1/batch", { ops })).status).toBe(status);
  });

  it("with __proto__ in it changes nobody's prototype", async () => {
    const raw = `{"__proto__":{"ops":[]},"ops":[{"__proto__":{"polluted":1},"type":"track","id":"e","ts":1,"userId":"u","name":"x"}]}`;
    const { body } = await edge.call<BatchResponse>("POST", "/v1/batch", undefined, { raw });
    expect(body).not.toHaveProperty("acks.0.polluted");
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect("polluted" in {}).toBe(false);
  });

  it("is counted for depth outside of strings only", () => {
    const deep = (text: string) => isDeeperThan(new TextEncoder().encode(text), 2);
    expect(deep('["[[[","\\"[[[","\\\\",[]]')).toBe(false);
    expect(deep('["\\\\",[[]]]')).toBe(true);
    expect(deep("[[],[],{}]")).toBe(false);
  });
});

describe("paths and methods", () => {
  it("answers 404 to unknown paths, with or without a key", async () => {
    for (const key of [null, env.ADMIN_KEY]) {
      const { status, body } = await edge.call("GET", "/v1/nothing", undefined, { key });
      expect([status, body.code]).toEqual([404, "not-found"]);
    }
  });

  it.each([
    ["GET", "/v1/sync", "POST"],
    ["PUT", "/v1/segments", "POST, GET, HEAD"],
    ["OPTIONS", "/v1/batch", "POST"],
  ])("answers 405 to %s %s and names what is allowed", async (method, path, allowed) => {
    const { status, body, headers } = await edge.call(method, path);
    expect([status, body.code, headers.get("allow")]).toEqual([405, "method-not-allowed", allowed]);
  });

  it("is reached by pages of any origin at /v1/sync and nowhere else", async () => {
    const headers = { origin: "https://shop.example", "access-control-request-method": "POST" };
    const preflight = await edge.call("OPTIONS", "/v1/sync", undefined, { key: null, headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toBe(
      "authorization, content-type, if-none-match, x-api-key, muster-identity",
    );
    const synced = await edge.call(
      "POST",
      "/v1/sync",
      { anonymousId: "a", ops: [] },
      { key: await edge.key("publishable") },
    );
    expect(synced.headers.get("access-control-allow-origin")).toBe("*");
    expect(synced.headers.get("cache-control")).toBe("no-store");
    for (const path of ["/v1/batch", "/v1/segments", "/openapi.json", "/nothing"]) {
      expect(
        (await edge.call("OPTIONS", path, undefined, { headers })).headers.has("access-control-allow-origin"),
      ).toBe(false);
      expect(
        (await edge.call("GET", path, undefined, { headers })).headers.has("access-control-allow-origin"),
      ).toBe(false);
    }
  });

  const silence = () => vi.spyOn(console, "error").mockImplementation(() => {});

  it("asks to try again when the database is overloaded", async () => {
    const logged = silence();
    edge.db = new Proxy(env.DB, {
      get() {
        throw new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long.");
      },
    });
    const { status, body, headers } = await edge.call("POST", "/v1/batch", { ops: [] });
    expect([status, body.code, headers.get("retry-after")]).toEqual([503, "busy", "1"]);
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });

  it("answers a problem when the database fails, and says nothing of it", async () => {
    const logged = silence();
    edge.db = new Proxy(env.DB, {
      get() {
        throw new Error("secret detail");
      },
    });
    const { status, body } = await edge.call("POST", "/v1/batch", { ops: [track({ userId: "u" }, "x")] });
    expect([status, body.code]).toEqual([500, "internal"]);
    expect(JSON.stringify(body)).not.toContain("secret detail");
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });
});
