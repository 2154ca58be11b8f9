import type { KeyKind } from "@muster/rules/wire";
import type { Env } from "../env.ts";
import { Problem } from "../problem.ts";
import type { Runtime } from "../runtime.ts";
import { sha256, toHex } from "../sha256.ts";

/** The key that a request brought, as far as it can be judged without the database. */
export interface Bearer {
  /** SHA-256 in hexadecimal. */
  hash: string;
  /** It is the deployment's own ADMIN_KEY, of which the database knows nothing. */
  isRoot: boolean;
}

/** What the database knows of a key; null where it knows nothing. */
export interface KeyRow {
  kind: KeyKind;
  revoked_at: number | null;
}

const PREFIX: Record<KeyKind, string> = { publishable: "mst_pub_", secret: "mst_sec_", admin: "mst_adm_" };
const CHALLENGE = { "www-authenticate": 'Bearer realm="muster"' };

/** A new key with 256 random bits. */
export function makeKey(kind: KeyKind, runtime: Runtime): string {
  const base64 = btoa(String.fromCharCode(...runtime.bytes(32)));
  return PREFIX[kind] + base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What the database keeps of a key. */
export async function hashKey(key: string): Promise<string> {
  return toHex(await sha256(key));
}

/** The key itself, as a request brings it. @throws Problem `key-missing` */
export function readKey({ headers }: Request): string {
  const key = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1] ?? headers.get("x-api-key");
  if (key) return key;
  throw new Problem("key-missing", "Send `Authorization: Bearer <key>`, or X-API-Key.", {
    headers: CHALLENGE,
  });
}

/** @throws Problem `key-missing` */
export async function readBearer(request: Request, env: Env): Promise<Bearer> {
  return bearerOf(readKey(request), env);
}

/** A key, however it came. */
export async function bearerOf(key: string, env: Env): Promise<Bearer> {
  const digest = await sha256(key);
  const isRoot =
    env.ADMIN_KEY !== undefined && env.ADMIN_KEY !== "" && areEqual(digest, await sha256(env.ADMIN_KEY));
  return { hash: toHex(digest), isRoot };
}

/** Compares digests, whose lengths are equal, in a time that tells nothing of them. */
function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.reduce((difference, byte, index) => difference | (byte ^ (right[index] ?? 0)), 0) === 0;
}

/** The statement that answers a `KeyRow` for this key. */
export function selectKey(db: D1Database, bearer: Bearer): D1PreparedStatement {
  return db.prepare("select kind, revoked_at from keys where hash = ?").bind(bearer.hash);
}

/**
 * Answers the kind of the key.
 * @throws Problem where it may not do what needs one of `kinds`
 */
export function admit(bearer: Bearer, row: KeyRow | undefined, kinds: readonly KeyKind[]): KeyKind {
  if (!bearer.isRoot) {
    if (row === undefined) {
      throw new Problem("key-unknown", "No such key was made here.", { headers: CHALLENGE });
    }
    if (row.revoked_at !== null) {
      throw new Problem("key-revoked", "Make a new key with an admin key.", { headers: CHALLENGE });
    }
  }
  const kind = bearer.isRoot ? "admin" : row?.kind;
  if (kind === undefined || !kinds.includes(kind)) {
    throw new Problem("wrong-key-kind", `This needs a key of kind ${kinds.join(" or ")}.`);
  }
  return kind;
}
