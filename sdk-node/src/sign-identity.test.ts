import { generateKeyPairSync } from "node:crypto";
import { LIMITS } from "@muster/rules";
import { base64url, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { type IdentityOptions, signIdentity } from "./index.ts";

const secretOf = (bytes: number) => base64url.encode(new Uint8Array(bytes).fill(7));
const secret = secretOf(32);

test("a token says who the user is, for whom and until when, and no more", async () => {
  const before = Math.floor(Date.now() / 1000);
  const token = await signIdentity({ secret, kid: "k", userId: "ann", audience: "shop", expiresIn: 60 });
  expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ: "JWT", kid: "k" });
  const { iat = 0, exp = 0, ...rest } = decodeJwt(token);
  expect(rest).toEqual({ sub: "ann", aud: "shop" });
  expect(iat).toBeGreaterThanOrEqual(before);
  expect(exp - iat).toBe(60);
  await expect(jwtVerify(token, base64url.decode(secret), { audience: "shop" })).resolves.toBeDefined();
});

test("without more it has no audience and no kid, and is good for a quarter of an hour", async () => {
  const token = await signIdentity({ secret, userId: "ann" });
  const { iat = 0, exp = 0, ...rest } = decodeJwt(token);
  expect([decodeProtectedHeader(token).kid, rest, exp - iat]).toEqual([undefined, { sub: "ann" }, 900]);
});

test.each([
  [32, "HS256"],
  [48, "HS384"],
  [64, "HS512"],
])("a secret of %i bytes signs with %s, as the edge made it", async (bytes, alg) => {
  const token = await signIdentity({ secret: secretOf(bytes), userId: "ann" });
  await expect(
    jwtVerify(token, base64url.decode(secretOf(bytes)), { algorithms: [alg] }),
  ).resolves.toBeDefined();
});

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });

test.each([
  ["ES256", ec, {}],
  ["EdDSA", ed, {}],
  ["RS256", rsa, {}],
  ["PS256", rsa, { alg: "PS256" }],
])(
  "a private key signs with %s, be it PEM, JWK or KeyObject",
  async (alg, { privateKey, publicKey }, more) => {
    const forms: IdentityOptions["privateKey"][] = [
      privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      privateKey.export({ format: "jwk" }),
      privateKey,
    ];
    for (const form of forms) {
      const token = await signIdentity({ ...(form && { privateKey: form }), userId: "ann", ...more });
      await expect(jwtVerify(token, publicKey, { algorithms: [alg] })).resolves.toBeDefined();
    }
  },
);

const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;

test.each<[string, Partial<IdentityOptions>, string]>([
  ["no user", { userId: "" }, "userId"],
  ["a user whose id is too long", { userId: "x".repeat(LIMITS.name + 1) }, "userId"],
  ["no key", { secret: undefined }, "secret"],
  ["two keys", { privateKey: ec.privateKey }, "secret"],
  ["a secret that is short", { secret: secretOf(31) }, "secret"],
  ["a password", { secret: "correct horse battery staple, twice over" }, "secret"],
  ["a secret of another length", { secret: secretOf(40) }, "alg"],
  ["a public key", { secret: undefined, privateKey: ec.publicKey }, "privateKey"],
  ["text that is no key", { secret: undefined, privateKey: "-----BEGIN" }, "privateKey"],
  ["a curve that the edge does not know", { secret: undefined, privateKey: p384 }, "alg"],
  ["an algorithm that is not the key's", { alg: "RS256" }, "alg"],
  ["alg none", { alg: "none" }, "alg"],
  ["no end", { expiresIn: Number.POSITIVE_INFINITY }, "expiresIn"],
  ["more than a day", { expiresIn: LIMITS.identityLifetime + 1 }, "expiresIn"],
  ["less than a second", { expiresIn: 0 }, "expiresIn"],
])("%s is refused by name", async (_, wrong, path) => {
  const signed = signIdentity({ secret, userId: "ann", ...wrong });
  await expect(signed).rejects.toMatchObject({ name: "MusterError", code: "bad-option", path });
});

test("a refusal never holds the key", async () => {
  const error = await signIdentity({ secret, alg: "ES256", userId: "ann" }).catch(
    (thrown: unknown) => thrown,
  );
  expect(String(error) + JSON.stringify(error)).not.toContain(secret);
});
