import { rollup } from "rollup";
import config from "../rollup.config.mjs";

/** A file of the build. */
export interface Chunk {
  code: string;
  /** The chunks that come with it. */
  imports: readonly string[];
}

/** Builds in memory, as `npm run build` does, the package or the entries given: file name → chunk. */
export async function build(entries: typeof config = config): Promise<ReadonlyMap<string, Chunk>> {
  const chunks = new Map<string, Chunk>();
  for (const entry of entries) {
    const bundle = await rollup(entry);
    const { output } = await bundle.generate(entry.output);
    await bundle.close();
    for (const file of output) if (file.type === "chunk") chunks.set(file.fileName, file);
  }
  return chunks;
}
