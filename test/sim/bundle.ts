import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A change of one source file: what stands there once, and what stands there instead. */
export interface Patch {
  /** From the repository's root. */
  file: string;
  snippet: string;
  replacement: string;
}

/**
 * Bundles the simulation with the sources of client and edge, patched if so wished, as one ES module for a worker. All code
 * being in one module, no import ever waits for a disk.
 * @throws Error where a patch's snippet does not stand exactly once in its file
 */
export async function bundleSimulation(patches: readonly Patch[] = []): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node22",
    conditions: ["source"],
    sourcemap: "inline",
    sourcesContent: false,
    plugins: patches.length > 0 ? [applyPatches(patches)] : [],
    logLevel: "error",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild made nothing of the simulation");
  return output.text;
}

function applyPatches(patches: readonly Patch[]): Plugin {
  const texts = new Map<string, string>();
  for (const { file, snippet, replacement } of patches) {
    const path = `${ROOT}${file}`;
    const text = texts.get(path) ?? readFileSync(path, "utf8");
    const count = text.split(snippet).length - 1;
    if (count !== 1) throw new Error(`the snippet of a patch stands ${count} times in ${file}`);
    texts.set(
      path,
      text.replace(snippet, () => replacement),
    );
  }
  return {
    name: "patches",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = texts.get(path);
        return contents === undefined ? undefined : { contents, loader: "ts" };
      });
    },
  };
}

/** The edge's migrations, in their order. */
export function readMigrations(): string[] {
  const folder = `${ROOT}edge/migrations/`;
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => readFileSync(folder + name, "utf8"));
}
