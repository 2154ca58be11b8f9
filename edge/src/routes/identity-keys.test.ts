import { LIMITS } from "@muster/rules";
import type { CreatedIdentityKey, IdentityKey, ProblemDocument, Workspace } from "@muster/rules/wire";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { TestEdge } from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

const create = (body: object) =>
  edge.call<CreatedIdentityKey & ProblemDocument>("POST", "/v1/identity-keys", body);
const list = async () => (await edge.call<{ keys: IdentityKey[] }>("GET", "/v1/identity-keys")).body.keys;
const revoke = (kid: string) => edge.call("DELETE", `/v1/identity-keys/${encodeURIComponent(kid)}`);

async function pairOf(alg: string): Promise<{ publicJwk: JWK; privateJwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) };
}

describe("a secret", () => {
  it.each([
    ["HS256", 43],
    ["HS384", 64],
    ["HS512", 86],
  ])("for %s is made by the edge, %i characters long, and shown once", async (alg, length) => {
    const { status, body } = await create({ alg });
    expect([status, body.alg, body.jwk]).toEqual([201, alg, null]);
    expect(body.secret).toMatch(new RegExp(`^[\\w-]{${length}}$`));
    const keys = await list();
    expect(keys).toEqual([{ kid: body.kid, alg, jwk: null, createdAt: edge.now, revokedAt: null }]);
    expect(JSON.stringify(keys)).not.toContain(body.secret);
  });

  it("is forgotten when it is revoked, and its kid names no other key", async () => {
    const { body } = await create({ alg: "HS256", kid: "2026/a" });
    expect((await revoke("2026/a")).status).toBe(204);
    expect((await revoke("2026/a")).status).toBe(204);
    const { results } = await edge.db.prepare("select * from identity_keys").all();
    expect(JSON.stringify(results)).not.toContain(body.secret);
    expect((await list())[0]).toMatchObject({ kid: "2026/a", revokedAt: edge.now });
    const again = await create({ alg: "HS256", kid: "2026/a" });
    expect([again.status, again.body.code, again.body.path]).toEqual([409, "duplicate-key", "/kid"]);
  });

  it("cannot be brought along", async () => {
    const { status, body } = await create({ alg: "HS256", jwk: { kty: "oct", k: "c2VjcmV0" } });
    expect([status, body.path]).toEqual([422, "/jwk"]);
  });
});

describe("a public key", () => {
  it.each(["ES256", "RS256", "PS256", "EdDSA"])("for %s is kept without what is beside it", async (alg) => {
    const { publicJwk } = await pairOf(alg);
    const { status, body } = await create({ alg, kid: "k", jwk: { ...publicJwk, use: "sig", x5c: ["…"] } });
    expect([status, body.jwk, body.secret]).toEqual([201, publicJwk, null]);
    expect((await list())[0]).toMatchObject({ alg, jwk: publicJwk });
  });

  it.each(["ES256", "RS256", "EdDSA"])(
    "for %s that has its private part beside it is refused",
    async (alg) => {
      const { privateJwk } = await pairOf(alg);
      const { status, body } = await create({ alg, jwk: privateJwk });
      expect([status, body.path]).toEqual([422, "/jwk/d"]);
      expect(body.detail).toContain("public key only");
      expect(await list()).toEqual([]);
    },
  );

  it("of another kind than the algorithm's is refused", async () => {
    const { publicJwk } = await pairOf("ES256");
    for (const alg of ["RS256", "PS256", "EdDSA", "HS256", "none", "ES512"])
      expect((await create({ alg, jwk: publicJwk })).status).toBe(422);
    expect((await create({ alg: "ES256", jwk: { ...publicJwk, use: "enc" } })).body.path).toBe("/jwk/use");
    expect((await create({ alg: "ES256", jwk: { ...publicJwk, alg: "RS256" } })).body.path).toBe("/jwk/alg");
  });

  it("that lies on no curve, or is too short, is refused", async () => {
    const { publicJwk } = await pairOf("ES256");
    const off = await create({ alg: "ES256", jwk: { ...publicJwk, x: "A".repeat(43) } });
    expect([off.status, off.body.path]).toEqual([422, "/jwk"]);
    const short = { kty: "RSA", e: "AQAB", n: "u".repeat(171) };
    expect((await create({ alg: "RS256", jwk: short })).body.path).toBe("/jwk/n");
  });
});

it("so many keys are in use at a time and not one more (law 9)", async () => {
  const kids: string[] = [];
  for (let n = 0; n < LIMITS.identityKeys; n++) kids.push((await create({ alg: "HS256" })).body.kid);
  const { status, body } = await create({ alg: "HS256" });
  expect([status, body.code]).toEqual([422, "too-many-keys"]);
  await revoke(kids[0] ?? "");
  expect((await create({ alg: "HS256" })).status).toBe(201);
});

it("a key that was never made cannot be revoked", async () => {
  expect((await revoke("none")).status).toBe(404);
});

describe("the workspace's setting", () => {
  const patch = (identity: object) =>
    edge.call<Workspace & ProblemDocument>("PATCH", "/v1/workspace", { identity });

  it("is read and changed beside the others, and moves no definitions", async () => {
    const version = () => edge.db.prepare("select version from workspace").first("version");
    const before = await version();
    const identity = { required: true, audience: "shop" };
    expect((await patch(identity)).body).toMatchObject({ zone: "UTC", identity });
    expect(await version()).toBe(before);
    await edge.call("PATCH", "/v1/workspace", { zone: "Europe/Berlin" });
    const { body } = await edge.call<Workspace>("GET", "/v1/workspace");
    expect(body).toMatchObject({ zone: "Europe/Berlin", identity });
    expect(await version()).not.toBe(before);
  });

  it.each([
    [{ required: "yes", audience: null }, "/identity/required"],
    [{ required: true }, "/identity/audience"],
    [{ required: true, audience: "" }, "/identity/audience"],
  ])("%j is refused", async (identity, path) => {
    const { status, body } = await patch(identity);
    expect([status, body.path]).toEqual([422, path]);
  });
});
