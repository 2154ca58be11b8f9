// Runs seeds in a thread of its own: the entry of a bundle of the simulation, the client and the edge.
import { parentPort, workerData } from "node:worker_threads";
import { isolate } from "./globals.ts";
import type { Job, WorkerData } from "./jobs.ts";
import { run } from "./run.ts";
import { createWorkplace } from "./workplace.ts";

isolate();
const { migrations }: WorkerData = workerData;
const workplace = await createWorkplace(migrations);

parentPort?.on("message", async (job: Job) => {
  for (const options of job) parentPort?.postMessage(await run(workplace, options));
});
