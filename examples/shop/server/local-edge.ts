import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Edge, startEdge } from "@muster/edge/dev";
import { ensureKeys, type Keys, readKeys } from "./keys.ts";
import { findFreePort } from "./listen.ts";

/** An edge of this machine's own, and the keys to it. */
export interface LocalEdge {
  edge: Edge;
  keys: Keys;
  /** The file that keeps them. */
  keyFile: string;
}

/** Starts it; `folder` keeps its database and its keys from one start to the next. */
export async function startLocalEdge(folder: string, port = 0): Promise<LocalEdge> {
  const keyFile = join(folder, "keys.json");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept = await readKeys(keyFile);
  const edge = await startEdge({
    port: await findFreePort(port),
    persistTo: join(folder, "edge"),
    ...(kept.admin !== undefined && { adminKey: kept.admin }),
  });
  try {
    return { edge, keys: await ensureKeys(edge, kept, keyFile), keyFile };
  } catch (error) {
    await edge.stop();
    throw error;
  }
}
