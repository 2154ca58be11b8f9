import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Edge } from "@muster/edge/dev";
import { type CreatedKey, createdKey, keyList } from "@muster/rules/wire";
import { callEdge } from "./call-edge.ts";

/** The keys of a local edge. The edge keeps hashes only, so they are kept here. */
export interface Keys {
  admin: string;
  publishable: CreatedKey;
  secret: CreatedKey;
}

/** The keys kept from an earlier start; what is missing or damaged is left out. */
export async function readKeys(file: string): Promise<Partial<Keys>> {
  let kept: unknown;
  try {
    kept = JSON.parse(await readFile(file, "utf8"));
  } catch {
    return {};
  }
  const fields = new Map(typeof kept === "object" && kept !== null ? Object.entries(kept) : []);
  const admin = fields.get("admin");
  const publishable = createdKey.safeParse(fields.get("publishable")).data;
  const secret = createdKey.safeParse(fields.get("secret")).data;
  return {
    ...(typeof admin === "string" && { admin }),
    ...(publishable && { publishable }),
    ...(secret && { secret }),
  };
}

/** Makes the keys that are missing or that the edge does not know, and keeps them for the owner's eyes only. */
export async function ensureKeys(edge: Edge, kept: Partial<Keys>, file: string): Promise<Keys> {
  const known = await callEdge(edge, keyList, "/v1/keys");
  const live = new Set(known?.keys.filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id));
  const ensure = async (kind: "publishable" | "secret"): Promise<CreatedKey> => {
    const own = kept[kind];
    if (own && live.has(own.id)) return own;
    const made = await callEdge(edge, createdKey, "/v1/keys", { kind, name: "shop" });
    if (!made) throw new Error("the edge makes no keys at /v1/keys");
    return made;
  };
  const keys = {
    admin: edge.adminKey,
    publishable: await ensure("publishable"),
    secret: await ensure("secret"),
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(keys, undefined, 2)}\n`, { mode: 0o600 });
  // The mode above is only for a new file.
  await chmod(file, 0o600);
  return keys;
}
