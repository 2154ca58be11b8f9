import { LIMITS } from "@muster/rules";
import {
  type CreatedIdentityKey,
  createdIdentityKey,
  createIdentityKeyRequest,
  identityKeyList,
} from "@muster/rules/wire";
import { and, asc, count, eq, isNull } from "drizzle-orm";
import { base64url, importJWK } from "jose";
import type { z } from "zod";
import { isConflict } from "../db/conflict.ts";
import { orm } from "../db/orm.ts";
import { identityKeys } from "../db/schema.ts";
import { answer, guarded, guardedBody } from "../http/route.ts";
import { Problem } from "../problem.ts";
import type { Runtime } from "../runtime.ts";
import { toHex } from "../sha256.ts";

type Body = z.output<typeof createIdentityKeyRequest>;

/** What RFC 7518 asks for at least: as many bytes as the hash has. */
const SECRET_BYTES = { HS256: 32, HS384: 48, HS512: 64 } as const;

export const createIdentityKey = guardedBody(
  {
    method: "post",
    path: "/v1/identity-keys",
    summary:
      "Make a secret that users' tokens are signed with, shown this once, or take the public key of a pair",
    kinds: ["admin"],
    body: createIdentityKeyRequest,
    answer: { status: 201, description: "The key", schema: createdIdentityKey },
  },
  async ({ edge: { db, runtime } }, body) => {
    const { alg, kid = toHex(runtime.bytes(8)) } = body;
    const { jwk, secret } = await materialOf(body, runtime);
    const [used] = await orm(db)
      .select({ count: count() })
      .from(identityKeys)
      .where(isNull(identityKeys.revokedAt));
    if (used !== undefined && used.count >= LIMITS.identityKeys) {
      throw new Problem("too-many-keys", `At most ${LIMITS.identityKeys} may be in use; revoke one first.`);
    }
    const row = { kid, alg, createdAt: runtime.now(), revokedAt: null };
    try {
      await orm(db)
        .insert(identityKeys)
        .values({ ...row, jwk });
    } catch (error) {
      if (!isConflict(error instanceof Error ? error.cause : error)) throw error;
      throw new Problem("duplicate-key", "A key has this kid, or had it; choose another.", { path: "/kid" });
    }
    const response: CreatedIdentityKey = { ...row, jwk: secret === null ? jwk : null, secret };
    return answer(response, 201);
  },
);

/** The key as it is kept, and the secret in it. */
async function materialOf(
  body: Body,
  runtime: Runtime,
): Promise<{ jwk: Record<string, string>; secret: string | null }> {
  if (!("jwk" in body)) {
    const secret = base64url.encode(runtime.bytes(SECRET_BYTES[body.alg]));
    return { jwk: { kty: "oct", k: secret }, secret };
  }
  const { alg: _, use: __, d: ___, k: ____, ...jwk } = body.jwk;
  try {
    await importJWK(jwk, body.alg);
  } catch {
    throw new Problem("invalid-body", `This is not a public key that ${body.alg} can use.`, { path: "/jwk" });
  }
  return { jwk, secret: null };
}

export const listIdentityKeys = guarded(
  {
    method: "get",
    path: "/v1/identity-keys",
    summary: "List the keys that users' tokens are signed with, revoked ones too; never a secret",
    kinds: ["admin"],
    answer: { status: 200, description: "The keys", schema: identityKeyList },
  },
  async ({ edge: { db } }) => {
    const rows = await orm(db)
      .select()
      .from(identityKeys)
      .orderBy(asc(identityKeys.createdAt), asc(identityKeys.kid));
    return answer({ keys: rows.map((row) => ({ ...row, jwk: isSecret(row.jwk) ? null : row.jwk })) });
  },
);

export const revokeIdentityKey = guarded(
  {
    method: "delete",
    path: "/v1/identity-keys/{kid}",
    summary: "Revoke a key; from then on no token that it signed is taken",
    kinds: ["admin"],
    answer: { status: 204, description: "It is revoked" },
  },
  async ({ edge: { db, runtime }, param }) => {
    const kid = param("kid");
    const [row] = await orm(db).select().from(identityKeys).where(eq(identityKeys.kid, kid));
    if (row === undefined) throw new Problem("not-found", "There is no key with this kid.");
    await orm(db)
      .update(identityKeys)
      .set({ revokedAt: runtime.now(), ...(isSecret(row.jwk) ? { jwk: { kty: "oct" } } : {}) })
      .where(and(eq(identityKeys.kid, kid), isNull(identityKeys.revokedAt)));
    return new Response(null, { status: 204 });
  },
);

function isSecret(jwk: { kty?: string }): boolean {
  return jwk.kty === "oct";
}
