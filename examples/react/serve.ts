import { createClient } from "@muster/node";
import { define } from "../shop/server/define.ts";
import { type Served, serve } from "../shop/server/listen.ts";
import type { LocalEdge } from "../shop/server/local-edge.ts";
import { buildJournal } from "./build.ts";
import { JOURNAL } from "./definitions.ts";
import { createJournal } from "./server.ts";

/** Serves the journal beside an edge, with its definitions there. */
export async function startJournal({ edge, keys }: LocalEdge, port?: number): Promise<Served> {
  const [page] = await Promise.all([buildJournal(), define(edge, JOURNAL)]);
  const muster = createClient({ endpoint: edge.url, key: keys.secret.key });
  const journal = createJournal({ ...page, muster, endpoint: edge.url, key: keys.publishable.key });
  const { url, stop } = await serve(journal, port);
  return {
    url,
    async stop() {
      await stop();
      await muster.close();
    },
  };
}
