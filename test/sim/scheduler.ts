import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";

/** Whoever asks for something to happen; what it asked for does not happen once it is gone. */
export interface Owner {
  readonly isAlive: boolean;
  /** Comes after each task of its, and all that followed from it. */
  rest?(): void;
}

interface Task {
  at: number;
  /** Decides between tasks of one instant: drawn, so that the seed decides. */
  tie: number;
  what: string;
  owner: Owner | undefined;
  run: (() => void) | undefined;
}

// Taken before a run makes real timers fail.
const { setImmediate } = globalThis;

/** How many immediates are asked for at once: all of them come in one turn of the event loop, which takes long. */
const AT_ONCE = 256;
let coming = 0;
let resume: (() => void) | undefined;

/** Between two immediates everything runs that waits for nothing but other code, and rejections are told of. */
function turn(): void {
  coming--;
  const next = resume;
  resume = undefined;
  next?.();
}

/** Lets everything run that waits for nothing but other code. */
function drain(): Promise<void> {
  return new Promise((resolve) => {
    resume = resolve;
    if (coming > 0) return;
    for (; coming < AT_ONCE; coming++) setImmediate(turn);
  });
}

/**
 * The only source of order and time in a run: whatever does not happen at once is a task here, at an instant of a
 * clock that no machine has. Between two tasks all code runs until it waits for a task again.
 */
export class Scheduler {
  /** Ms since the epoch; everyone's true time. */
  now: number;
  readonly start: number;
  readonly trace: Trace;
  readonly #random: Random;
  readonly #heap: Task[] = [];
  #tasks = 0;

  constructor(start: number, random: Random, trace: Trace) {
    this.now = start;
    this.start = start;
    this.trace = trace;
    this.#random = random;
  }

  /** How many tasks have run. */
  get tasks(): number {
    return this.#tasks;
  }

  note(line: string): void {
    this.trace.note(this.now - this.start, line);
  }

  /** Runs `run` in `ms`; the result takes that back. */
  after(ms: number, what: string, run: () => void, owner?: Owner): () => void {
    const task: Task = { at: this.now + Math.ceil(ms), tie: this.#random.next(), what, owner, run };
    this.#push(task);
    return () => {
      task.run = undefined;
    };
  }

  /** Resolves in `ms`. */
  wait(ms: number, what: string, owner?: Owner): Promise<void> {
    return new Promise((resolve) => this.after(ms, what, resolve, owner));
  }

  /** Runs every task up to and with an instant, in order, or until `isDone`. */
  async runUntil(at: number, isDone: () => boolean = () => false): Promise<void> {
    await drain();
    while (!isDone()) {
      const next = this.#heap[0];
      if (next === undefined || next.at > at) {
        this.now = Math.max(this.now, at);
        return;
      }
      this.#pop();
      const { run, owner } = next;
      if (run === undefined || owner?.isAlive === false) continue;
      this.now = Math.max(this.now, next.at);
      this.#tasks++;
      this.note(next.what);
      run();
      await drain();
      owner?.rest?.();
    }
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let index = heap.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, task)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const task = heap.pop();
    if (task === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(task, child)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = task;
  }
}

function isBefore(left: Task, right: Task): boolean {
  return left.at < right.at || (left.at === right.at && left.tie < right.tie);
}
