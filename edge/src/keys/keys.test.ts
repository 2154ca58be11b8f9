import { env } from "cloudflare:workers";
import type { CreatedKey, KeyKind } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { TestEdge, track } from "../../test/edge.ts";
import { ROUTES } from "../routes/index.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

const KINDS: KeyKind[] = ["publishable", "secret", "admin"];
const op = track({ userId: "u" }, "buy");
const bodies: Record<string, unknown> = {
  "/v1/sync": { anonymousId: "a", ops: [op] },
  "/v1/batch": { ops: [op] },
  "/v1/evaluate": { userId: "u" },
  "/v1/bootstrap": { userId: "u" },
  "/v1/erase": { userId: "u" },
};
const guarded = ROUTES.filter((route) => route.kinds.length > 0).map(
  (route) => [route.method.toUpperCase(), route.path, route] as const,
);

describe.each(guarded)("%s %s", (method, path, route) => {
  const call = (key: string | null) =>
    edge.call(method, path.replace(/\{.*\}/, "x"), method === "GET" ? undefined : (bodies[path] ?? {}), {
      key,
    });

  it("refuses a request without a key, with an unknown and with a revoked one", async () => {
    const { body: made } = await edge.call<CreatedKey>("POST", "/v1/keys", {
      kind: route.kinds[0],
      name: "k",
    });
    await edge.call("DELETE", `/v1/keys/${made.id}`);
    const answers = [await call(null), await call("mst_adm_wrong"), await call(made.key)];
    expect(answers.map(({ status, body }) => [status, body.code, body.type])).toEqual([
      [401, "key-missing", "urn:muster:problem:key-missing"],
      [401, "key-unknown", "urn:muster:problem:key-unknown"],
      [401, "key-revoked", "urn:muster:problem:key-revoked"],
    ]);
    for (const { headers } of answers) {
      expect(headers.get("content-type")).toBe("application/problem+json");
      expect(headers.get("www-authenticate")).toContain("Bearer");
      expect(headers.has("access-control-allow-origin")).toBe(route.cors === true);
    }
    expect(await env.DB.prepare("select count(*) as n from profiles").first("n")).toBe(0);
  });

  it.each(KINDS)("admits a %s key only where it belongs", async (kind) => {
    const { status, body } = await call(await edge.key(kind));
    if (route.kinds.includes(kind)) expect([401, 403]).not.toContain(status);
    else {
      expect([status, body.code]).toEqual([403, "wrong-key-kind"]);
      expect(await env.DB.prepare("select count(*) as n from profiles").first("n")).toBe(0);
    }
  });
});

describe("keys", () => {
  it("are kept as hashes only and never shown again", async () => {
    const key = await edge.key("secret");
    expect(key).toMatch(/^mst_sec_[\w-]{43}$/);
    const { results } = await env.DB.prepare("select * from keys").all();
    expect(JSON.stringify(results)).not.toContain(key);
    const { body } = await edge.call<{ keys: object[] }>("GET", "/v1/keys");
    expect(body.keys).toEqual([
      { id: expect.any(String), kind: "secret", name: "secret", createdAt: edge.now, revokedAt: null },
    ]);
    expect(JSON.stringify(body)).not.toContain(String(results[0]?.hash));
  });

  it("are not found to revoke where there are none", async () => {
    expect((await edge.call("DELETE", "/v1/keys/none")).status).toBe(404);
  });

  it("are judged before a body is: nobody learns from a bad body without one", async () => {
    const { status } = await edge.call("POST", "/v1/batch", undefined, { key: "mst_sec_no", raw: "{" });
    expect(status).toBe(401);
  });
});
