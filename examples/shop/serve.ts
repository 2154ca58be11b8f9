import type { Duration } from "@muster/rules";
import { buildPage } from "./server/build-page.ts";
import { SHOP_DECISIONS } from "./server/decisions.ts";
import { define } from "./server/define.ts";
import { type Served, serve } from "./server/listen.ts";
import { type LocalEdge, startLocalEdge } from "./server/local-edge.ts";
import { shopSegments } from "./server/segments.ts";
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

/** `stop` ends the edge too; a second call changes nothing. */
export interface Shop extends LocalEdge, Served {}

/** Starts an edge of this machine's own, with the shop's definitions in it, and the shop's page beside it. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { folder, port = 0, edgePort = 0, abandonedAfter = { minutes: 10 } } = options;
  const local = await startLocalEdge(folder, edgePort);
  const { edge, keys } = local;
  try {
    await define(edge, { segments: shopSegments(abandonedAfter), ...SHOP_DECISIONS });
    const files = await buildPage({ key: keys.publishable.key, endpoint: edge.url });
    const site = createSite({ files, endpoint: edge.url, secretKey: keys.secret.key });
    const page = await serve(site, port);
    let closing: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      closing ??= page.stop().then(() => edge.stop());
      return closing;
    };
    return { ...local, url: page.url, stop };
  } catch (error) {
    await edge.stop();
    throw error;
  }
}
