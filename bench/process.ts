import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Reply, Request } from "./protocol.ts";

/** An engine in a process of its own. */
export class Process {
  readonly #child: ChildProcess;
  readonly #name: string;

  constructor(engine: string, question: string) {
    this.#name = engine;
    this.#child = fork(new URL("worker.ts", import.meta.url), [engine, question]);
  }

  async ask<R extends Reply>(request: Request): Promise<R> {
    this.#child.send(request);
    const ended = new AbortController();
    const exit = once(this.#child, "exit", { signal: ended.signal }).then(([code]) => {
      throw new Error(`${this.#name} ended with ${code}`);
    });
    const reply = once(this.#child, "message", { signal: ended.signal }).then(([message]) => message);
    try {
      return await Promise.race([reply, exit]);
    } finally {
      ended.abort();
      await Promise.allSettled([reply, exit]);
    }
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.kill();
    await exit;
  }
}
