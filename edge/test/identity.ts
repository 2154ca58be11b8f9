import type {
  CreatedIdentityKey,
  CreateIdentityKeyRequest,
  IdentitySettings,
  SyncRequest,
  SyncResponse,
} from "@muster/rules/wire";
import { base64url, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { TestEdge } from "./edge.ts";

/** A customer's backend, which signs for its users. */
export interface Signer {
  kid: string;
  /** The header and claims that are right, but for what is said otherwise; undefined leaves one out. */
  sign(sub: unknown, claims?: object, header?: object): Promise<string>;
}

const WHOM_TO_ASK = { required: true, audience: null };

export async function requireIdentity(
  edge: TestEdge,
  settings: Partial<IdentitySettings> = {},
): Promise<void> {
  await edge.call("PATCH", "/v1/workspace", { identity: { ...WHOM_TO_ASK, ...settings } });
}

export async function addKey(edge: TestEdge, body: CreateIdentityKeyRequest): Promise<CreatedIdentityKey> {
  const answer = await edge.call<CreatedIdentityKey>("POST", "/v1/identity-keys", body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

/** One with a secret that the edge has made. */
export async function createSigner(
  edge: TestEdge,
  alg: "HS256" | "HS384" | "HS512" = "HS256",
): Promise<Signer> {
  const { kid, secret } = await addKey(edge, { alg });
  return signer(edge, { kid, alg }, base64url.decode(secret ?? ""));
}

/** One with a pair of keys, of which the edge has the public one. */
export async function createPair(
  edge: TestEdge,
  alg: "ES256" | "RS256" | "PS256" | "EdDSA",
): Promise<Signer & { jwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const { kid } = await addKey(edge, JSON.parse(JSON.stringify({ alg, jwk })));
  return { ...signer(edge, { kid, alg }, privateKey), jwk };
}

export function signer(
  edge: TestEdge,
  { kid, alg }: { kid: string; alg: string },
  key: CryptoKey | Uint8Array,
): Signer {
  return {
    kid,
    sign(sub, claims, header) {
      const payload = { sub, exp: secondsOf(edge) + 600, ...claims };
      return new SignJWT(JSON.parse(JSON.stringify(payload)))
        .setProtectedHeader(JSON.parse(JSON.stringify({ alg, kid, ...header })))
        .sign(key);
    },
  };
}

export function secondsOf({ now }: TestEdge): number {
  return Math.floor(now / 1000);
}

type Request = Partial<Omit<SyncRequest, "ops">> & { anonymousId: string; ops?: unknown[] };

/** One sync by a browser that shows this token: what became of it, the segments its user is in, and of each operation. */
export async function syncAs(edge: TestEdge, token: string | null, request: Request) {
  const headers = token === null ? {} : { "muster-identity": token };
  const { status, body } = await edge.call<SyncResponse & { code?: string; detail?: string }>(
    "POST",
    "/v1/sync",
    { ops: [], ...request },
    { key: await edge.key("publishable"), headers },
  );
  const { memberships = {}, acks = [] } = body;
  const members = Object.entries(memberships).flatMap(([key, { member }]) => (member ? [key] : []));
  const fates = acks.map((ack) => (ack.status === "refused" ? ack.problem.code : ack.status));
  return { status, code: body.code, members, fates, body };
}
