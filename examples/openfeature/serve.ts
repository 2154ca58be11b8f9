import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "@muster/node";
import { MusterProvider } from "@muster/node/openfeature";
import { OpenFeature } from "@openfeature/server-sdk";
import { bundle, pageFile } from "../shop/server/bundle.ts";
import { define } from "../shop/server/define.ts";
import { fillPage } from "../shop/server/fill-page.ts";
import { type Served, serve } from "../shop/server/listen.ts";
import type { LocalEdge } from "../shop/server/local-edge.ts";
import { DELIVERY } from "./definitions.ts";
import { createBackend } from "./server.ts";

const pathOf = (file: string): string => fileURLToPath(new URL(`page/${file}`, import.meta.url));

/** Serves the page and its backend beside an edge, with their flags there. */
export async function startDelivery({ edge, keys }: LocalEdge, port?: number): Promise<Served> {
  const endpoint = edge.url;
  const [html, files] = await Promise.all([
    readFile(pathOf("index.html"), "utf8"),
    bundle({ app: pathOf("main.ts"), style: pathOf("style.css") }),
    define(edge, DELIVERY),
  ]);
  files.set("/", pageFile("index.html", fillPage(html, { key: keys.publishable.key, endpoint })));

  const muster = createClient({ endpoint, key: keys.secret.key });
  await OpenFeature.setProviderAndWait("delivery", new MusterProvider(muster));
  const flags = OpenFeature.getClient("delivery");

  const { url, stop } = await serve(createBackend({ flags, files, endpoint }), port);
  return {
    url,
    async stop() {
      await stop();
      await OpenFeature.clearProviders();
      await muster.close();
    },
  };
}
