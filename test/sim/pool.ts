import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { bundleSimulation, type Patch, readMigrations } from "./bundle.ts";
import type { WorkerData } from "./jobs.ts";
import type { RunOptions, RunResult } from "./run.ts";

/** Runs that a thread is given at a time. */
const CHUNK = 50;

/** Threads that run seeds, each with an edge of its own. */
export class Pool {
  readonly #workers: readonly Worker[];
  readonly #folder: string;

  private constructor(workers: readonly Worker[], folder: string) {
    this.#workers = workers;
    this.#folder = folder;
  }

  static async open(threads: number, patches: readonly Patch[] = []): Promise<Pool> {
    const folder = mkdtempSync(join(tmpdir(), "muster-sim-"));
    const file = join(folder, "simulation.mjs");
    writeFileSync(file, await bundleSimulation(patches));
    const data: WorkerData = { migrations: readMigrations() };
    const workers = Array.from(
      { length: threads },
      () =>
        new Worker(pathToFileURL(file), {
          workerData: data,
          execArgv: ["--enable-source-maps", "--no-warnings"],
        }),
    );
    return new Pool(workers, folder);
  }

  /** Makes runs, several at a time, and hands each result over as it comes; ends early where that says false. */
  async run(all: Iterable<RunOptions>, onResult: (result: RunResult) => boolean): Promise<void> {
    const queue = all[Symbol.iterator]();
    let isEnded = false;
    const work = async (worker: Worker): Promise<void> => {
      while (!isEnded) {
        const chunk: RunOptions[] = [];
        while (chunk.length < CHUNK) {
          const { value, done } = queue.next();
          if (done === true) break;
          chunk.push(value);
        }
        if (chunk.length === 0) return;
        await runChunk(worker, chunk, (result) => {
          if (!onResult(result)) isEnded = true;
        });
      }
    };
    await Promise.all(this.#workers.map(work));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function runChunk(
  worker: Worker,
  chunk: readonly RunOptions[],
  onResult: (result: RunResult) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = chunk.length;
    const hear = (result: RunResult): void => {
      onResult(result);
      if (--left > 0) return;
      worker.off("message", hear);
      worker.off("error", reject);
      resolve();
    };
    worker.on("message", hear);
    worker.on("error", reject);
    worker.postMessage(chunk);
  });
}
