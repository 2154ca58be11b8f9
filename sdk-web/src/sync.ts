import { backoff } from "@muster/rules/delivery";
import { BACKOFF_MS, BATCH_OPERATIONS, DELAY_MS, FRESH_MS } from "./bounds.ts";
import type { Clock } from "./clock.ts";
import type { Loaded } from "./definitions.ts";
import { type Exchanged, exchange, takeBatch } from "./exchange.ts";
import type { Replica } from "./replica.ts";
import type { Report } from "./report.ts";
import type { Post } from "./transport.ts";

/** What syncing works on. */
export interface SyncHost {
  readonly clock: Clock;
  readonly replica: Replica;
  readonly report: Report;
  /** A number in 0 ≤ x < 1. */
  readonly random: () => number;
  readonly post: Post;
  definitions(): Loaded | undefined;
  /** Takes over what an exchange brought, on disk and in memory. */
  commit(exchanged: Exchanged): Promise<void>;
  /** Puts an operation apart that the edge does not take. */
  park(id: string, detail: unknown): Promise<void>;
}

/** Decides when to talk to the edge, and what to do when it does not answer as hoped. */
export interface Sync {
  /** Syncs in `ms`, but for a wait that is under way: of these the first holds. */
  soon(ms?: number): void;
  /** Syncs where what the edge said is no longer fresh. */
  freshen(): void;
  /** Syncs now and until nothing is pending; resolves when that is done or has failed. */
  flush(): Promise<void>;
  stop(): void;
}

export function createSync(host: SyncHost): Sync {
  const { clock, replica, report } = host;
  let cancel: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let failures = 0;
  let most: number = BATCH_OPERATIONS;
  let stopped = false;
  let syncedAt = 0;

  const unschedule = (): void => {
    cancel?.();
    cancel = undefined;
  };
  const schedule = (ms: number): void => {
    if (!stopped) cancel = clock.after(ms, () => void flush());
  };
  const fail = (asked = 0): number => backoff(++failures, asked, BACKOFF_MS, host.random);

  /** One exchange; gives how many ms to wait for the next where it failed. */
  const step = async (): Promise<number | undefined> => {
    const batch = takeBatch(replica.pending.values(), most);
    const outcome = await exchange(host.post, replica, batch, host.definitions());
    // The disk is closed: what this would change is asked for again next time.
    if (stopped) return undefined;
    const [op] = batch;
    if (outcome.kind === "exchanged") {
      await host.commit(outcome);
      // An edge that acknowledges none of them would be asked without end.
      if (op && outcome.acks.size === 0) return fail();
      failures = 0;
      most = BATCH_OPERATIONS;
      syncedAt = clock.now();
      return undefined;
    }
    if (outcome.kind === "unreachable") return fail(outcome.after);
    const { kind, detail } = outcome;
    if (kind === "refused" && op) {
      // Of a batch that is refused as a whole, the operation at fault is found by halves.
      most = Math.ceil(batch.length / 2);
      if (batch.length === 1) await host.park(op.id, detail);
      return undefined;
    }
    report(kind === "refused" ? "bad-answer" : kind, "", detail);
    if (kind === "unauthorized") stop();
    return fail();
  };

  const run = async (): Promise<void> => {
    let wait: number | undefined;
    do wait = await step();
    while (wait === undefined && replica.pending.size > 0 && !stopped);
    running = undefined;
    if (wait !== undefined) schedule(wait);
  };

  const flush = async (): Promise<void> => {
    if (stopped) return;
    unschedule();
    running ??= run();
    await running;
  };
  const soon = (ms: number = DELAY_MS): void => {
    if (!cancel && !running) schedule(ms);
  };
  const stop = (): void => {
    stopped = true;
    unschedule();
  };
  const freshen = (): void => {
    if (Math.abs(clock.now() - syncedAt) >= FRESH_MS) soon(0);
  };
  return { soon, freshen, flush, stop };
}
