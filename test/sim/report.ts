import { type FaultCounts, noFaults } from "./faults.ts";
import type { RunResult } from "./run.ts";

/** One line to replay a run with, then what did not hold. */
export function describeFailure({ seed, problems }: RunResult): string {
  return [`FAILED npm run sim -- --seed ${seed}`, ...problems.map((problem) => `  ${problem}`)].join("\n");
}

/** What many runs came to. */
export class Summary {
  readonly faults: FaultCounts = noFaults();
  runs = 0;
  failed = 0;
  instants = 0;
  exposures = 0;
  shown = 0;
  #requests = 0;
  #operations = 0;
  #tasks = 0;
  #d1 = 0;
  #virtual = 0;
  readonly #start = performance.now();

  add(result: RunResult): void {
    this.runs++;
    if (result.problems.length > 0) this.failed++;
    this.instants += result.instants;
    this.exposures += result.exposures;
    this.shown += result.shown;
    this.#requests += result.requests;
    this.#operations += result.operations;
    this.#tasks += result.tasks;
    this.#d1 += result.calls.d1;
    this.#virtual += result.duration;
    for (const [fault, count] of Object.entries(result.faults)) {
      if (fault in this.faults) this.faults[fault as keyof FaultCounts] += count;
    }
  }

  toString(): string {
    const seconds = (performance.now() - this.#start) / 1000;
    const average = (sum: number) => (sum / this.runs).toFixed(1);
    const faults = Object.entries(this.faults).map(([fault, count]) => `${fault} ${count}`);
    return [
      `${this.runs} runs, ${this.failed} failed, in ${seconds.toFixed(1)} s (${((seconds * 1000) / this.runs).toFixed(2)} ms a run)`,
      `a run: ${average(this.#operations)} operations, ${average(this.#requests)} requests, ${average(this.#d1)} calls of D1, ` +
        `${average(this.#tasks)} tasks, ${average(this.#virtual / 3_600_000)} virtual hours`,
      `faults: ${faults.join(", ")}; changes by time at their instants: ${this.instants}; ` +
        `exposures: ${this.exposures}, prompts shown: ${this.shown}`,
    ].join("\n");
  }
}
