import { watch } from "node:fs";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const FOLDER = join("d1", "miniflare-D1DatabaseObject");

/**
 * Reads the database that an edge which no longer runs has left in `folder`. Reads a copy: opening it mends what a
 * killed process has left half written, and the edge shall do that by itself.
 */
export async function readD1<T>(folder: string, read: (database: DatabaseSync) => T): Promise<T> {
  const copy = await mkdtemp(join(tmpdir(), "muster-d1-"));
  try {
    await cp(join(folder, FOLDER), copy, { recursive: true });
    const [file, ...others] = (await readdir(copy)).filter(
      (name) => name.endsWith(".sqlite") && name !== "metadata.sqlite",
    );
    if (file === undefined || others.length > 0) throw new Error(`${folder} holds no one database`);
    const database = new DatabaseSync(join(copy, file));
    try {
      return read(database);
    } finally {
      database.close();
    }
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** Resolves in the middle of the next write to the database that an edge keeps in `folder`. */
export function waitForWrite(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(join(folder, FOLDER), (_, name) => {
      if (name === null || name.startsWith("metadata")) return;
      watcher.close();
      resolve();
    });
    watcher.on("error", reject);
  });
}
