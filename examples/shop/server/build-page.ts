import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle, type PageFile, pageFile } from "./bundle.ts";
import { fillPage } from "./fill-page.ts";

/** What the page must know of the edge before it can ask anything. */
export interface PageSettings {
  /** The publishable key. */
  key: string;
  endpoint: string;
}

const pathOf = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** Builds the shop's files from their sources, in memory, by path. `/` is the page. */
export async function buildPage({ key, endpoint }: PageSettings): Promise<Map<string, PageFile>> {
  const html = await readFile(pathOf("page/index.html"), "utf8");
  const files = await bundle({ app: pathOf("page/main.ts"), style: pathOf("page/styles/index.css") });
  files.set("/", pageFile("index.html", fillPage(html, { key, endpoint })));
  const version = createHash("sha256")
    .update(JSON.stringify([...files]))
    .digest("hex")
    .slice(0, 16);
  const define = { SHELL: JSON.stringify([...files.keys()]), VERSION: JSON.stringify(version) };
  const worker = { "service-worker": pathOf("offline/service-worker.ts") };
  // One file: a worker that can do without the network must be whole.
  const workers = await bundle(worker, { define, splitting: false });
  return new Map([...files, ...workers]);
}
