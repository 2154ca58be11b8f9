import { createApp } from "../../edge/src/app.ts";
import type { Definitions } from "../../edge/src/definitions/definitions.ts";
import { refreshPopulation } from "../../edge/src/memberships/refresh.ts";
import type { Runtime } from "../../edge/src/runtime.ts";
import { createD1, type Gate } from "./d1.ts";
import type { Database, Outcome } from "./database.ts";
import type { Faults } from "./faults.ts";
import { linked } from "./linked.ts";
import type { Random } from "./random.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

export const ADMIN_KEY = "mst_adm_simulation";
const CONFLICT = /(UNIQUE|CHECK) constraint failed/i;

/** An answer as it travels; undefined where the edge died before it gave one. */
export interface Answer {
  status: number;
  headers: [string, string][];
  body: string;
}

/** One running copy of the Worker. When it dies, whatever it was doing stays undone from there on. */
class Isolate implements Owner {
  isAlive = true;
  /** What waits for an answer of it, told when it dies. */
  readonly waiting = new Set<() => void>();
  latest: Definitions | null = null;
  readonly db: D1Database;
  readonly runtime: Runtime;

  constructor(database: Database, gate: (own: Isolate) => Gate, runtime: (own: Isolate) => Runtime) {
    this.db = createD1(database, gate(this));
    this.runtime = runtime(this);
  }
}

/** The copy that works now. An app takes long to make, so one serves all copies of all runs, one after the other. */
let current: Isolate | undefined;

function working(): Isolate {
  if (current === undefined) throw new Error("no edge is running");
  return current;
}

const runtime: Runtime = {
  now: () => working().runtime.now(),
  wait: (ms) => working().runtime.wait(ms),
  random: () => working().runtime.random(),
  bytes: (length) => working().runtime.bytes(length),
};

/** Forgets with each copy what it has linked. */
const cache = Object.defineProperty(linked, "latest", {
  get: () => working().latest,
  set: (definitions: Definitions | null) => {
    working().latest = definitions;
  },
});
const app = createApp(runtime, cache);

/** The edge: the real Worker over a database that outlives its copies. */
export class SimEdge {
  /** Work that goes on after answers. */
  deferred = 0;
  /** Comes before each call to D1 that is carried out. */
  beforeCall: () => void = () => {};
  readonly #database: Database;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #random: Random;
  #isolate: Isolate;

  constructor(database: Database, scheduler: Scheduler, faults: Faults, random: Random) {
    this.#database = database;
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#random = random;
    this.#isolate = this.#start();
  }

  /** Lets the edge answer a request; `reply` hears undefined where it died meanwhile. */
  handle(request: Request, reply: (answer: Answer | undefined) => void): void {
    const isolate = this.#isolate;
    const die = (): void => reply(undefined);
    isolate.waiting.add(die);
    const env = { DB: isolate.db, ADMIN_KEY };
    const context = {
      waitUntil: (work: Promise<unknown>) => this.#defer(isolate, work),
      passThroughOnException: () => {},
      props: {},
    };
    const answer = async (): Promise<void> => {
      const response = await app.fetch(request, env, context);
      const body = await response.text();
      if (isolate.waiting.delete(die))
        reply({ status: response.status, headers: [...response.headers], body });
    };
    void answer();
  }

  /** What the platform calls every minute. */
  runCron(): void {
    const isolate = this.#isolate;
    this.#defer(isolate, refreshPopulation({ db: isolate.db, runtime, cache }));
  }

  crash(): void {
    const isolate = this.#isolate;
    this.#scheduler.note("edge dies");
    isolate.isAlive = false;
    this.deferred = 0;
    this.#isolate = this.#start();
    for (const die of isolate.waiting) die();
  }

  #start(): Isolate {
    const runtimeOf = (own: Isolate): Runtime => ({
      now: () => this.#scheduler.now,
      wait: (ms) => this.#scheduler.wait(ms, "edge waits", own),
      random: () => this.#random.next(),
      bytes: (length) => this.#random.bytes(length),
    });
    current = new Isolate(this.#database, (own) => this.#gate(own), runtimeOf);
    return current;
  }

  #defer(isolate: Isolate, work: Promise<unknown>): void {
    this.deferred++;
    const done = (): void => {
      if (isolate.isAlive) this.deferred--;
    };
    // That background work fails is the platform's to log; what it left undone shows when the run is quiet.
    work.then(done, done);
  }

  /** Each call to D1 takes a while, in which others may come first, and may fail before or after its effect. */
  #gate(isolate: Isolate): Gate {
    return (what, run) =>
      new Promise<Outcome[]>((resolve, reject) => {
        const lose = (): void => reject(new Error("D1_ERROR: Network connection lost."));
        const call = (): void => {
          const faults = this.#faults;
          const fault = faults.drawAt(
            "d1",
            "d1FailBefore",
            "d1FailAfter",
            "edgeCrashBefore",
            "edgeCrashAfter",
          );
          if (fault === "edgeCrashBefore") this.crash();
          if (fault === "d1FailBefore") lose();
          if (fault === "edgeCrashBefore" || fault === "d1FailBefore") return;
          this.beforeCall();
          try {
            const outcomes = run();
            if (fault === "edgeCrashAfter") this.crash();
            else if (fault === "d1FailAfter") lose();
            else resolve(outcomes);
          } catch (error) {
            if (error instanceof Error && CONFLICT.test(error.message)) faults.count("conflict");
            reject(error);
          }
        };
        this.#scheduler.after(this.#random.below(8), `d1 ${what}`, call, isolate);
      });
  }
}
