import { LIMITS } from "@muster/rules";
import { base64url, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { TestEdge, track } from "../../test/edge.ts";
import {
  addKey,
  createPair,
  createSigner,
  requireIdentity,
  type Signer,
  secondsOf,
  signer,
  syncAs,
} from "../../test/identity.ts";

let edge: TestEdge;
let backend: Signer;
beforeEach(async () => {
  edge = await TestEdge.create();
  await edge.segment("viewer", { event: "view", op: "gte", value: 1 });
  await requireIdentity(edge, { audience: "muster" });
  backend = await createSigner(edge);
});

const asAnn = (token: string | null) => syncAs(edge, token, { anonymousId: "phone", userId: "ann" });

describe("a token", () => {
  const aud = "muster";
  const codeOf = async (token: string) => (await asAnn(token)).code ?? "taken";
  const detailOf = async (token: string) => (await asAnn(token)).body.detail;

  it.each(["HS256", "HS384", "HS512"] as const)("signed with a secret by %s is taken", async (alg) => {
    expect(await codeOf(await (await createSigner(edge, alg)).sign("ann", { aud }))).toBe("taken");
  });

  it.each(["ES256", "RS256", "PS256", "EdDSA"] as const)(
    "signed with a pair's private key by %s is taken",
    async (alg) => {
      const pair = await createPair(edge, alg);
      expect(await codeOf(await pair.sign("ann", { aud }))).toBe("taken");
      expect(await codeOf(await pair.sign("ann", { aud }, { kid: undefined }))).toBe("taken");
    },
  );

  it.each<[string, unknown, (now: number) => object, string]>([
    ["expired", "ann", (now) => ({ exp: now - 60 }), "has expired"],
    ["without an end", "ann", () => ({ exp: undefined }), "no exp"],
    ["whose end is no number", "ann", () => ({ exp: "tomorrow" }), "no exp"],
    ["for more than a day", "ann", (now) => ({ exp: now + LIMITS.identityLifetime + 61 }), "not more"],
    ["not valid yet", "ann", (now) => ({ nbf: now + 61 }), "not valid yet"],
    ["of the future", "ann", (now) => ({ iat: now + 61 }), "in the future"],
    ["for someone else", "ann", () => ({ aud: "shop" }), "audience"],
    ["for nobody", "ann", () => ({ aud: undefined }), "audience"],
    ["about another", "bob", () => ({}), "not the token's sub"],
    ["about nobody", undefined, () => ({}), "no sub"],
    ["about the empty user", "", () => ({}), "must be the user's id"],
    ["about a number", 7, () => ({}), "must be the user's id"],
  ])("%s is refused", async (_, sub, claims, reason) => {
    const token = await backend.sign(sub, { aud, ...claims(secondsOf(edge)) });
    expect(await codeOf(token)).toBe("identity-invalid");
    expect(await detailOf(token)).toContain(reason);
  });

  it.each<[string, (now: number) => object]>([
    ["ended 59 s ago", (now) => ({ exp: now - 59 })],
    ["begins in 60 s", (now) => ({ nbf: now + 60, iat: now + 60 })],
    ["ends in a day", (now) => ({ exp: now + LIMITS.identityLifetime })],
    ["is for several, us among them", () => ({ aud: ["shop", aud] })],
  ])("that %s is taken: clocks differ", async (_, claims) => {
    expect(await codeOf(await backend.sign("ann", { aud, ...claims(secondsOf(edge)) }))).toBe("taken");
  });

  it("is judged by the edge's clock, and expires by it", async () => {
    const token = await backend.sign("ann", { aud });
    expect(await codeOf(token)).toBe("taken");
    edge.now += 660_000;
    expect(await codeOf(token)).toBe("identity-invalid");
  });

  it("that is not signed is refused, however alg none is written", async () => {
    for (const alg of ["none", "None", "NONE", ""]) {
      const part = (value: object) => base64url.encode(JSON.stringify(value));
      const head = `${part({ alg, kid: backend.kid })}.${part({ sub: "ann", aud, exp: secondsOf(edge) + 60 })}`;
      expect(await codeOf(`${head}.`)).toBe("identity-invalid");
      const [, , signature] = (await backend.sign("ann", { aud })).split(".");
      expect(await codeOf(`${head}.${signature}`)).toBe("identity-invalid");
    }
  });

  it.each(["RS256", "ES256"] as const)(
    "signed with the text of a public %s key as a secret is refused",
    async (alg) => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      const jwk = JSON.parse(JSON.stringify(await crypto.subtle.exportKey("jwk", publicKey)));
      const { alg: _, ...plain } = jwk;
      const { kid } = await addKey(edge, { alg, jwk: plain });
      expect(await codeOf(await signer(edge, { kid, alg }, privateKey).sign("ann", { aud }))).toBe("taken");
      const encoder = new TextEncoder();
      const texts = [
        await exportSPKI(publicKey),
        JSON.stringify(jwk),
        JSON.stringify(plain),
        plain.n ?? plain.x,
      ];
      for (const text of texts) {
        const forged = signer(edge, { kid, alg: "HS256" }, encoder.encode(text));
        expect(await codeOf(await forged.sign("ann", { aud }))).toBe("identity-invalid");
        expect(await codeOf(await forged.sign("ann", { aud }, { kid: undefined }))).toBe("identity-invalid");
      }
    },
  );

  it("of an algorithm other than its key's is refused, though the key could make it", async () => {
    const secret = await addKey(edge, { alg: "HS256" });
    const other = signer(
      edge,
      { kid: secret.kid, alg: "HS384" },
      base64url.decode(`${secret.secret}${secret.secret}`),
    );
    expect(await codeOf(await other.sign("ann", { aud }))).toBe("identity-invalid");
    const pair = await generateKeyPair("RS256", { extractable: true });
    const jwk = JSON.parse(JSON.stringify(await crypto.subtle.exportKey("jwk", pair.publicKey)));
    const { kid } = await addKey(edge, { alg: "RS256", jwk });
    const pss = await crypto.subtle.importKey(
      "pkcs8",
      await crypto.subtle.exportKey("pkcs8", pair.privateKey),
      { name: "RSA-PSS", hash: "SHA-256" },
      false,
      ["sign"],
    );
    expect(await codeOf(await signer(edge, { kid, alg: "PS256" }, pss).sign("ann", { aud }))).toBe(
      "identity-invalid",
    );
  });

  it("that brings its own key, or says where one is, is judged by the keys that are known", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    await createPair(edge, "ES256");
    const jwk = JSON.parse(JSON.stringify(await crypto.subtle.exportKey("jwk", publicKey)));
    const token = await new SignJWT({ sub: "ann", aud, exp: secondsOf(edge) + 60 })
      .setProtectedHeader({
        alg: "ES256",
        jwk,
        jku: "https://evil.example/keys",
        x5u: "https://evil.example",
      })
      .sign(privateKey);
    expect(await codeOf(token)).toBe("identity-invalid");
  });

  it("whose header has extensions that must be understood is refused", async () => {
    const part = (value: object) => base64url.encode(JSON.stringify(value));
    const head = part({ alg: "HS256", kid: backend.kid, crit: ["x"], x: 1 });
    const [, payload, signature] = (await backend.sign("ann", { aud })).split(".");
    expect(await codeOf(`${head}.${payload}.${signature}`)).toBe("identity-invalid");
  });

  it("of a key that is unknown, or known by another kid, is refused", async () => {
    expect(await codeOf(await backend.sign("ann", { aud }, { kid: "other" }))).toBe("identity-invalid");
    const { kid } = await createSigner(edge);
    expect(await codeOf(await backend.sign("ann", { aud }, { kid }))).toBe("identity-invalid");
  });

  it.each(["__proto__", "constructor", "' or 1=1 --"])(
    "with the kid %s is refused like any unknown",
    async (kid) => {
      expect(await codeOf(await backend.sign("ann", { aud }, { kid }))).toBe("identity-invalid");
    },
  );

  it("changed in any part is refused", async () => {
    const parts = (await backend.sign("bob", { aud })).split(".");
    const claims = base64url.encode(JSON.stringify({ sub: "ann", aud, exp: secondsOf(edge) + 60 }));
    expect(await codeOf([parts[0], claims, parts[2]].join("."))).toBe("identity-invalid");
    const [head, payload, signature = ""] = (await backend.sign("ann", { aud })).split(".");
    const flipped = (signature[0] === "A" ? "B" : "A") + signature.slice(1);
    expect(await codeOf([head, payload, flipped].join("."))).toBe("identity-invalid");
  });

  it("of as many characters as may be is taken, of one more it is refused", async () => {
    const base = (await backend.sign("ann", { aud, x: "" })).length;
    const sized = async (length: number) => {
      for (let n = Math.floor(((length - base) * 3) / 4) - 4; ; n++) {
        const token = await backend.sign("ann", { aud, x: "x".repeat(n) });
        if (token.length >= length) return token;
      }
    };
    const largest = await sized(LIMITS.identityToken - 1);
    expect(largest.length).toBeLessThanOrEqual(LIMITS.identityToken);
    expect(await codeOf(largest)).toBe("taken");
    expect(await codeOf(await sized(LIMITS.identityToken + 1))).toBe("identity-invalid");
    expect(await codeOf("x".repeat(60_000))).toBe("identity-invalid");
  });

  it.each([
    "",
    ".",
    "..",
    "....",
    "garbage",
    "a.b.c",
    "e30.e30.e30",
    "bnVsbA.bnVsbA.bnVsbA",
    `${base64url.encode('{"alg":"HS256"}')}.${base64url.encode("[".repeat(1_000))}.AAAA`,
    base64url.encode("[".repeat(2_000)),
    "Bearer x",
  ])("that is garbage is refused: %s", async (token) => {
    expect(await codeOf(token)).toBe("identity-invalid");
  });

  it("that is bad is refused of a visitor too, who needs none", async () => {
    expect((await syncAs(edge, "garbage", { anonymousId: "guest" })).code).toBe("identity-invalid");
    expect((await syncAs(edge, null, { anonymousId: "guest" })).status).toBe(200);
  });

  it.each(["__proto__", "constructor", "élan 🦊", "x".repeat(LIMITS.name)])(
    "may be about the user %s",
    async (sub) => {
      const request = { anonymousId: "d", userId: sub, ops: [track({ userId: sub }, "view")] };
      expect((await syncAs(edge, await backend.sign(sub, { aud }), request)).members).toEqual(["viewer"]);
    },
  );

  it("of a revoked key is refused at once, while those of the next key are taken", async () => {
    const old = await backend.sign("ann", { aud });
    const next = await createSigner(edge);
    const fresh = await next.sign("ann", { aud }, { kid: undefined });
    expect([await codeOf(old), await codeOf(fresh)]).toEqual(["taken", "taken"]);
    await edge.call("DELETE", `/v1/identity-keys/${backend.kid}`);
    expect([await codeOf(old), await codeOf(fresh)]).toEqual(["identity-invalid", "taken"]);
    const unnamed = await backend.sign("ann", { aud }, { kid: undefined });
    expect(await codeOf(unnamed)).toBe("identity-invalid");
  });
});
