import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { VectorFile } from "./cases.ts";

/** The project's own vectors. */
export const VECTORS = fileURLToPath(new URL("../vectors", import.meta.url));

/**
 * The `.jsonl` files of a folder, by name.
 * @throws {Error} where there is no such folder, or none of them is in it
 */
export function readVectors(folder: string): VectorFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  if (names.length === 0) throw new Error(`${folder} holds no .jsonl files`);
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
}
