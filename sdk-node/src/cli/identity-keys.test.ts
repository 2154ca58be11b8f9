import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../testing/command-line.ts";
import { Peer } from "../testing/peer.ts";

let peer: Peer;
beforeEach(async () => {
  peer = await new Peer().start();
});
afterEach(() => peer.stop());

const muster = (argv: string, stdin = "") => runCommand(peer.url, argv.split(" "), stdin);
const KEY = { kid: "k1", alg: "HS256", jwk: null, createdAt: 0, revokedAt: null };

test("a secret is asked for and shown", async () => {
  peer.answers.set("/v1/identity-keys", { ...KEY, secret: "s3cret" });
  const { out, code } = await muster("identity-keys create --kid k1");
  expect([out, code]).toEqual(["kid k1, HS256\nsecret (shown this once) s3cret\n", 0]);
  expect(peer.calls[0]).toMatchObject({ method: "POST", body: { alg: "HS256", kid: "k1" } });
});

test.each([
  ["ES256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
  ["EdDSA", generateKeyPairSync("ed25519")],
  ["RS256", generateKeyPairSync("rsa", { modulusLength: 2048 })],
])("of a key for %s the public part alone leaves the machine, whatever is given", async (alg, pair) => {
  peer.answers.set("/v1/identity-keys", { ...KEY, alg, jwk: {}, secret: null });
  const jwk = pair.publicKey.export({ format: "jwk" });
  const texts = [
    pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    JSON.stringify(jwk),
    pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    JSON.stringify(pair.privateKey.export({ format: "jwk" })),
  ];
  for (const text of texts) {
    expect((await muster("identity-keys create --public -", text)).out).toBe(`kid k1, ${alg}\n`);
    expect(peer.calls.at(-1)?.body).toEqual({ alg, jwk });
  }
});

test("keys are listed, and revoked by their kid", async () => {
  peer.answers.set("/v1/identity-keys", { keys: [KEY, { ...KEY, kid: "k/0", revokedAt: 1_000 }] });
  peer.answers.set("/v1/identity-keys/k%2F0", null);
  const { out } = await muster("identity-keys list");
  expect(out.split("\n")).toEqual([
    "KID  ALG    CREATED                   REVOKED",
    "k1   HS256  1970-01-01T00:00:00.000Z",
    "k/0  HS256  1970-01-01T00:00:00.000Z  1970-01-01T00:00:01.000Z",
    "",
  ]);
  expect(await muster("identity-keys revoke k/0")).toMatchObject({ out: "revoked k/0\n", code: 0 });
  expect(peer.calls.at(-1)).toMatchObject({ method: "DELETE", path: "/v1/identity-keys/k%2F0" });
});

test.each([
  ["identity-keys create --public -", "no key", "--public is a file with a public key"],
  ["identity-keys create --public no-such-file", "", "no-such-file cannot be read"],
  ["identity-keys create --alg none", "", "--alg is one of HS256"],
  ["identity-keys revoke", "", "KID is missing"],
])("%s is refused with exit code 2", async (argv, stdin, message) => {
  const { code, err } = await muster(argv, stdin);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  expect(peer.calls).toEqual([]);
});
