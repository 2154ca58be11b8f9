import { createPrivateKey, type JsonWebKey, KeyObject } from "node:crypto";
import { LIMITS } from "@muster/rules";
import { base64url, SignJWT } from "jose";
import { MusterError } from "./error.ts";
import { algorithmOf } from "./key-algorithm.ts";

export interface IdentityOptions {
  /** The user who is logged in here; never what the browser merely says. */
  userId: string;
  /** The secret of an identity key, as the edge has shown it. Either this or `privateKey`. */
  secret?: string | undefined;
  /** The private key whose public one the edge has: PEM text, a JWK or a KeyObject. */
  privateKey?: string | JsonWebKey | KeyObject | undefined;
  /** The identity key's `kid`; left out, the edge tries each key of the algorithm. */
  kid?: string | undefined;
  /** The key's algorithm; left out, the one that its kind or length suggests (for RSA, `RS256`). */
  alg?: string | undefined;
  /** The workspace's audience, where it has one. */
  audience?: string | undefined;
  /** Seconds that the token is good for (900), a day at most. */
  expiresIn?: number;
}

/** Seconds: long enough not to be asked for at each page, short enough for a token that was stolen. */
const LIFETIME = 900;
/** By how many bytes a secret has. */
const BY_LENGTH: ReadonlyMap<number, string> = new Map([
  [32, "HS256"],
  [48, "HS384"],
  [64, "HS512"],
]);

/**
 * A token (JWT) by which a browser shows the edge that its user is `userId`.
 * Rejects with a MusterError `bad-option` that names the bad one.
 */
export async function signIdentity(options: IdentityOptions): Promise<string> {
  const { userId, kid, audience, expiresIn = LIFETIME } = options;
  if (typeof userId !== "string" || userId === "" || userId.length > LIMITS.name)
    throw bad("userId", "the id of the user who is logged in is needed");
  if (!(expiresIn >= 1 && expiresIn <= LIMITS.identityLifetime))
    throw bad("expiresIn", `1 to ${LIMITS.identityLifetime} seconds`);
  const { key, alg } = keyOf(options);
  const now = Math.floor(Date.now() / 1000);
  const token = new SignJWT({ ...(audience === undefined ? {} : { aud: audience }) })
    .setProtectedHeader({ alg, typ: "JWT", ...(kid === undefined ? {} : { kid }) })
    .setSubject(userId)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.floor(expiresIn));
  try {
    return await token.sign(key);
  } catch {
    // What the library says may hold the key.
    throw bad("alg", `the key cannot sign with ${alg}`);
  }
}

function keyOf({ secret, privateKey, alg }: IdentityOptions): { key: KeyObject | Uint8Array; alg: string } {
  if ((secret === undefined) === (privateKey === undefined))
    throw bad("secret", "either secret or privateKey is needed");
  const key = secret === undefined ? readPrivateKey(privateKey) : readSecret(secret);
  const known = alg ?? (key instanceof KeyObject ? algorithmOf(key) : BY_LENGTH.get(key.length));
  if (known === undefined) throw bad("alg", "which algorithm? The key suggests none that the edge knows");
  return { key, alg: known };
}

function readSecret(secret: unknown): Uint8Array {
  const key = typeof secret === "string" && /^[\w-]+$/.test(secret) ? base64url.decode(secret) : undefined;
  if (key === undefined || key.length < 32)
    throw bad("secret", "the text that `muster identity-keys create` has shown is needed");
  return key;
}

function readPrivateKey(given: IdentityOptions["privateKey"]): KeyObject {
  try {
    const key =
      given instanceof KeyObject
        ? given
        : typeof given === "string"
          ? createPrivateKey(given)
          : createPrivateKey({ key: given ?? {}, format: "jwk" });
    if (key.type === "private") return key;
  } catch {}
  throw bad("privateKey", "a private key is needed as PEM text, JWK or KeyObject");
}

function bad(path: string, detail: string): MusterError {
  return new MusterError("bad-option", `${path}: ${detail}`, { path });
}
