import type { OperationInput } from "@muster/rules/wire";
import { BOUNDS } from "./bounds.ts";
import { deliver, type Outcome } from "./deliver.ts";
import type { Edge } from "./edge.ts";
import { MusterError, toMusterError } from "./error.ts";
import { fitsBatch, type PreparedOperation, prepareOperation } from "./operation.ts";

export interface QueueOptions {
  /** Operations that may wait at once, those on their way included. */
  capacity: number;
  onError: (error: MusterError) => void;
  /** Told of each operation that has left the queue: whether the edge has stored it. */
  onSettled: (op: OperationInput, stored: boolean) => void;
}

/**
 * Operations on their way to the edge, in memory, in order, one batch at a time. When it is full the *new*
 * operation is dropped, so that what was accepted stays in order; each drop is reported.
 */
export class OperationQueue {
  readonly #edge: Edge;
  readonly #options: QueueOptions;
  readonly #abort = new AbortController();
  #waiting: PreparedOperation[] = [];
  #count = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;
  #closed = false;

  constructor(edge: Edge, options: QueueOptions) {
    this.#edge = edge;
    this.#options = options;
  }

  /** Operations that are not yet acknowledged. */
  get size(): number {
    return this.#count;
  }

  /** Accepts an operation, or reports why not and answers false. Never throws, not even what `make` throws. */
  add(make: () => OperationInput): boolean {
    try {
      const prepared = prepareOperation(make());
      this.#checkRoom(prepared);
      this.#waiting.push(prepared);
      this.#count += 1;
      this.#bytes += prepared.size;
    } catch (thrown) {
      this.#options.onError(toMusterError(thrown));
      return false;
    }
    if (this.#waiting.length >= BOUNDS.batch) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), BOUNDS.batchWait).unref();
    return true;
  }

  /** Resolves when everything that was accepted has its outcome, or was given up. Never rejects. */
  async flush(): Promise<void> {
    // The pauses between attempts do not keep the process alive, but somebody waits here.
    const hold = setInterval(() => {}, 60_000);
    try {
      this.#start();
      await this.#sending;
    } finally {
      clearInterval(hold);
    }
  }

  /** Accepts no more, tries for `wait` ms to deliver what is left, and reports what was not. */
  async close(wait: number): Promise<void> {
    this.#closed = true;
    const late = setTimeout(() => this.#abort.abort(), wait);
    await this.flush();
    clearTimeout(late);
    this.#abort.abort();
  }

  #checkRoom({ op, size }: PreparedOperation): void {
    const operations = [op];
    if (this.#closed) throw new MusterError("closed", "the client is closed", { operations });
    if (this.#count >= this.#options.capacity || this.#bytes + size > BOUNDS.queueBytes) {
      const detail = `${this.#count} operations (${this.#bytes} bytes) already wait for the edge; this one is dropped`;
      throw new MusterError("queue-full", detail, { operations });
    }
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      this.#settle(batch, await this.#send(batch));
    }
  }

  #takeBatch(): PreparedOperation[] {
    let bytes = 0;
    const beyond = this.#waiting.findIndex(({ size }, index) => {
      bytes += size;
      return !fitsBatch(index + 1, bytes);
    });
    return this.#waiting.splice(0, beyond < 0 ? this.#waiting.length : beyond);
  }

  async #send(batch: readonly PreparedOperation[]): Promise<readonly Outcome[]> {
    try {
      return await deliver(this.#edge, batch, {
        signal: this.#abort.signal,
        background: true,
        patience: Number.POSITIVE_INFINITY,
        onRetry: (error) => this.#options.onError(error),
      });
    } catch (thrown) {
      const { code, message, path, status } = toMusterError(thrown);
      const operations = batch.map(({ op }) => op);
      const detail = `${operations.length} operations are lost: ${message}`;
      this.#options.onError(
        new MusterError(code, detail, { path, status: status ?? undefined, operations, cause: thrown }),
      );
      return [];
    }
  }

  #settle(batch: readonly PreparedOperation[], outcomes: readonly Outcome[]): void {
    batch.forEach(({ op, size }, index) => {
      this.#count -= 1;
      this.#bytes -= size;
      const outcome = outcomes[index];
      if (outcome instanceof MusterError) this.#options.onError(outcome);
      this.#options.onSettled(op, outcome === "stored" || outcome === "duplicate");
    });
  }
}
