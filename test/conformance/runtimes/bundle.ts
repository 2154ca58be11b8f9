import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles a module of this folder, with Muster's sources, into one ES module for a runtime other than Node. */
export async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2023",
    conditions: ["source"],
    mainFields: ["module", "main"],
    logLevel: "error",
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`esbuild made nothing of ${entry}`);
  return output.text;
}
