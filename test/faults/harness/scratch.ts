import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

// What lies in memory outlives killed processes as a disk does, and many small writes to it cost little.
const BASE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A folder of one's own. */
export const makeScratch = (): Promise<string> => mkdtemp(join(BASE, "muster-faults-"));

/** Also where a process that has just been killed still holds files. */
export const removeScratch = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
