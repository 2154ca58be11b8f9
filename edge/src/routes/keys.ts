import { type CreatedKey, createdKey, createKeyRequest, keyList } from "@muster/rules/wire";
import { and, asc, eq, isNull } from "drizzle-orm";
import { endRevoked } from "../changes/hubs.ts";
import { orm } from "../db/orm.ts";
import { keys } from "../db/schema.ts";
import { answer, guarded, guardedBody } from "../http/route.ts";
import { hashKey, makeKey } from "../keys/bearer.ts";
import { Problem } from "../problem.ts";
import { toHex } from "../sha256.ts";

export const createKey = guardedBody(
  {
    method: "post",
    path: "/v1/keys",
    summary: "Make a key; it is shown this once",
    kinds: ["admin"],
    body: createKeyRequest,
    answer: { status: 201, description: "The key", schema: createdKey },
  },
  async ({ edge: { db, runtime } }, { kind, name }) => {
    const key = makeKey(kind, runtime);
    const row = { id: toHex(runtime.bytes(16)), kind, name, createdAt: runtime.now(), revokedAt: null };
    await orm(db)
      .insert(keys)
      .values({ ...row, hash: await hashKey(key) });
    const response: CreatedKey = { ...row, key };
    return answer(response, 201);
  },
);

export const listKeys = guarded(
  {
    method: "get",
    path: "/v1/keys",
    summary: "List all keys, revoked ones too; never the keys themselves",
    kinds: ["admin"],
    answer: { status: 200, description: "The keys", schema: keyList },
  },
  async ({ edge: { db } }) => {
    const { id, kind, name, createdAt, revokedAt } = keys;
    const rows = await orm(db)
      .select({ id, kind, name, createdAt, revokedAt })
      .from(keys)
      .orderBy(asc(keys.createdAt), asc(keys.id));
    return answer({ keys: rows });
  },
);

export const revokeKey = guarded(
  {
    method: "delete",
    path: "/v1/keys/{id}",
    summary: "Revoke a key; from then on it opens nothing",
    kinds: ["admin"],
    answer: { status: 204, description: "It is revoked" },
  },
  async ({ env, edge: { db, runtime }, param, defer }) => {
    const id = param("id");
    const [row] = await orm(db).select({ id: keys.id }).from(keys).where(eq(keys.id, id));
    if (row === undefined) throw new Problem("not-found", "There is no key with this id.");
    await orm(db)
      .update(keys)
      .set({ revokedAt: runtime.now() })
      .where(and(eq(keys.id, id), isNull(keys.revokedAt)));
    defer(endRevoked(env));
    return new Response(null, { status: 204 });
  },
);
