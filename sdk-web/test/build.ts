import { fileURLToPath } from "node:url";
import { rollup } from "rollup";
import config from "../rollup.config.mjs";

/** A file of the build. */
export interface Chunk {
  code: string;
  /** The chunks that come with it. */
  imports: readonly string[];
}

/** Builds the package as `npm run build` does, in memory: file name → chunk. */
export async function buildPackage(): Promise<ReadonlyMap<string, Chunk>> {
  const home = process.cwd();
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  try {
    const chunks = new Map<string, Chunk>();
    for (const part of config) {
      const bundle = await rollup(part);
      const { output } = await bundle.generate(part.output);
      await bundle.close();
      for (const file of output) if (file.type === "chunk") chunks.set(file.fileName, file);
    }
    return chunks;
  } finally {
    process.chdir(home);
  }
}
