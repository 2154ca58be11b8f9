import { expect } from "vitest";
import { type Edge, startEdge } from "../../../edge/dev/start-edge.ts";
import { findChildren, killAll } from "../harness/processes.ts";
import { WAIT } from "../harness/wait.ts";

/** An edge whose workerd can be killed. */
export interface MortalEdge extends Edge {
  /** Kills workerd at once; resolves when it is gone. */
  kill(): Promise<void>;
}

const findWorkers = () => findChildren("workerd").map(({ pid }) => pid);

export async function startMortalEdge(persistTo: string, adminKey?: string): Promise<MortalEdge> {
  const before = new Set(findWorkers());
  const edge = await startEdge({ persistTo, ...(adminKey !== undefined && { adminKey }) });
  const [pid, ...others] = findWorkers().filter((each) => !before.has(each));
  if (pid === undefined || others.length > 0) throw new Error("one edge is one workerd");
  return {
    ...edge,
    async kill() {
      killAll([pid]);
      await expect.poll(findWorkers, WAIT).not.toContain(pid);
      await edge.stop();
    },
  };
}
