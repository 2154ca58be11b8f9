import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A page's script from its sources, with all that it imports; packages as they are for this environment. */
export async function bundlePage(
  entry: string,
  environment: "development" | "production" = "production",
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["source"],
    define: { "process.env.NODE_ENV": JSON.stringify(environment) },
  });
  return outputFiles[0]?.text ?? "";
}
