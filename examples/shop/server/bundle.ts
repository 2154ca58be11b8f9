import { extname } from "node:path";
import { type BuildOptions, build } from "esbuild";

/** A file as it is served. */
export interface PageFile {
  type: string;
  body: string;
}

const TYPES = new Map([
  [".css", "text/css; charset=utf-8"],
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
]);

/** Gives a text the type that goes with the end of its name. */
export function pageFile(name: string, body: string): PageFile {
  return { type: TYPES.get(extname(name)) ?? "application/octet-stream", body };
}

/**
 * Builds what a page loads from its sources, in memory, by path: `{ app: "/…/main.ts" }` becomes `/app.js`. What is
 * imported when it is needed becomes a file of its own.
 */
export async function bundle(
  entryPoints: Readonly<Record<string, string>>,
  options: BuildOptions = {},
): Promise<Map<string, PageFile>> {
  const { outputFiles = [] } = await build({
    entryPoints: { ...entryPoints },
    bundle: true,
    splitting: true,
    write: false,
    outdir: "/",
    format: "esm",
    target: "es2022",
    conditions: ["source"],
    logLevel: "error",
    ...options,
  });
  return new Map(
    outputFiles.map(({ path, text }) => {
      const name = path.replaceAll("\\", "/").replace(/^\w:/, "");
      return [name, pageFile(name, text)];
    }),
  );
}
