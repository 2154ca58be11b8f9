import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Edge, startEdge } from "@muster/edge/dev";
import type { Duration } from "@muster/rules";
import { buildPage } from "./server/build-page.ts";
import { ensureKeys, type Keys, readKeys } from "./server/keys.ts";
import { findFreePort, listen } from "./server/listen.ts";
import { ensureSegments } from "./server/segments.ts";
import { createSite } from "./server/site.ts";

export interface ShopOptions {
  /** Keeps the edge's database and the keys from one start to the next. */
  folder: string;
  /** The port wished for, of this shop; where it is taken, the next free one. Left out or 0: any. */
  port?: number;
  /** The same for the edge. */
  edgePort?: number;
  /** How long after the last thing added a cart counts as abandoned; left out, 10 minutes. */
  abandonedAfter?: Duration;
}

export interface Shop {
  /** Where the page is, without a slash at the end. */
  url: string;
  edge: Edge;
  keys: Keys;
  /** The file that keeps them. */
  keyFile: string;
  /** Ends both; a second call changes nothing. */
  stop(): Promise<void>;
}

/** Starts an edge of this machine's own, with the shop's segments in it, and the shop's page beside it. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { folder, port = 0, edgePort = 0, abandonedAfter = { minutes: 10 } } = options;
  const keyFile = join(folder, "keys.json");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept = await readKeys(keyFile);
  const edge = await startEdge({
    port: await findFreePort(edgePort),
    persistTo: join(folder, "edge"),
    ...(kept.admin !== undefined && { adminKey: kept.admin }),
  });
  try {
    const keys = await ensureKeys(edge, kept, keyFile);
    await ensureSegments(edge, abandonedAfter);
    const files = await buildPage({ key: keys.publishable.key, endpoint: edge.url });
    const site = createSite({ files, endpoint: edge.url, secretKey: keys.secret.key });
    const url = `http://127.0.0.1:${await listen(site, port)}`;
    const close = async (): Promise<void> => {
      site.closeAllConnections();
      await new Promise((closed) => site.close(closed));
      await edge.stop();
    };
    let closing: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      closing ??= close();
      return closing;
    };
    return { url, edge, keys, keyFile, stop };
  } catch (error) {
    await edge.stop();
    throw error;
  }
}
