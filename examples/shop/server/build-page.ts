import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle, type PageFile, pageFile } from "./bundle.ts";

/** What the page must know of the edge before it can ask anything. */
export interface PageSettings {
  /** The publishable key. */
  key: string;
  endpoint: string;
}

const pathOf = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

const ENTITIES = new Map([
  ["&", "&amp;"],
  ['"', "&quot;"],
  ["<", "&lt;"],
]);

/** Puts values where a page has `{{name}}`, as text. */
export function fillPage(html: string, values: Readonly<Record<string, string>>): string {
  const texts = new Map(Object.entries(values));
  return html.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
    (texts.get(name) ?? "").replaceAll(/[&"<]/g, (sign) => ENTITIES.get(sign) ?? sign),
  );
}

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
