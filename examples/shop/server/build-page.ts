import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

/** A file as it is served. */
export interface PageFile {
  type: string;
  body: string;
}

/** What the page must know of the edge before it can ask anything. */
export interface PageSettings {
  /** The publishable key. */
  key: string;
  endpoint: string;
}

const TYPES = new Map([
  [".css", "text/css; charset=utf-8"],
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
]);

const COMMON: BuildOptions = {
  bundle: true,
  write: false,
  format: "esm",
  target: "es2022",
  conditions: ["source"],
  logLevel: "error",
};

const pathOf = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

const ENTITIES = new Map([
  ["&", "&amp;"],
  ['"', "&quot;"],
  ["<", "&lt;"],
]);

function fill(html: string, values: ReadonlyMap<string, string>): string {
  return html.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
    (values.get(name) ?? "").replaceAll(/[&"<]/g, (sign) => ENTITIES.get(sign) ?? sign),
  );
}

/** Builds the shop's files from their sources, in memory, by path. `/` is the page. */
export async function buildPage({ key, endpoint }: PageSettings): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  const add = (path: string, body: string, extension = extname(path)): void => {
    files.set(path, { type: TYPES.get(extension) ?? "application/octet-stream", body });
  };

  const html = await readFile(pathOf("page/index.html"), "utf8");
  const settings = new Map([
    ["key", key],
    ["endpoint", endpoint],
  ]);
  add("/", fill(html, settings), ".html");
  const { outputFiles = [] } = await build({
    ...COMMON,
    entryPoints: { app: pathOf("page/main.ts"), style: pathOf("page/styles/index.css") },
    // What is imported when it is needed becomes a file of its own.
    splitting: true,
    outdir: "/",
  });
  for (const { path, text } of outputFiles) add(path.replaceAll("\\", "/").replace(/^\w:/, ""), text);

  const version = createHash("sha256")
    .update(JSON.stringify([...files]))
    .digest("hex")
    .slice(0, 16);
  const { outputFiles: workers = [] } = await build({
    ...COMMON,
    entryPoints: [pathOf("offline/service-worker.ts")],
    define: { SHELL: JSON.stringify([...files.keys()]), VERSION: JSON.stringify(version) },
  });
  add("/service-worker.js", workers[0]?.text ?? "");
  return files;
}
