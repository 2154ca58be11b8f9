import { readFile } from "node:fs/promises";
import { type Io, UsageError } from "./command.ts";
import { readText } from "./read-text.ts";

/** The JSON of a file, or of standard input for `-`; `what` names it where it cannot be read. */
export async function readJson(path: string, what: string, io: Io): Promise<unknown> {
  const text = path === "-" ? await readText(io.stdin) : await readOrRefuse(path, what);
  return parseJson(text, what);
}

export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new UsageError(`${what} is not JSON: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}

async function readOrRefuse(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    throw new UsageError(`${what} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}
