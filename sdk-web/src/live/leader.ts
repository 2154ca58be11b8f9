import { backoff } from "@muster/rules/delivery";
import { BACKOFF_MS, BATCH_OPERATIONS, DELAY_MS, FRESH_MS, MISMATCHES, PARKED } from "../bounds.ts";
import type { Journal } from "../journal.ts";
import { PARKED_OP, PENDING_OP } from "../records.ts";
import type { Report } from "../report.ts";
import type { Change } from "../store/store.ts";
import { type ChangesHost, followChanges } from "./changes.ts";
import { type ExchangeHost, exchange, takeBatch } from "./exchange.ts";
import { createPost } from "./transport.ts";

/** What the leading tab works on. */
export interface LeaderHost extends Omit<ExchangeHost, "post"> {
  readonly journal: Pick<Journal, "commit">;
  readonly report: Report;
  readonly endpoint: string;
  readonly key: string;
  readonly fetch: typeof fetch;
  readonly listen?: ChangesHost["listen"];
  /** A number in 0 ≤ x < 1. */
  random(): number;
}

/** Decides when to talk to the edge for all tabs, and what to do when it does not answer as hoped. */
export interface Leader {
  /** Syncs in `ms`, but for a wait that is under way: of these the first holds. */
  soon(ms?: number): void;
  /** Someone looks: syncs where what the edge said is no longer fresh, and listens for changes. */
  freshen(): void;
  /**
   * Syncs now and until nothing is pending; resolves when that is done or has failed. Where the edge has asked to be
   * left alone for a while, only if the application asks.
   */
  flush(isAsked?: boolean): Promise<void>;
  /** The page goes away, perhaps for good: sends what it still may. */
  leave(): void;
  stop(): void;
}

export function createLeader(host: LeaderHost): Leader {
  const { clock, replica, report, journal } = host;
  const { pending, parked } = replica;
  const post = createPost(host);
  let cancel: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let failures = 0;
  let most: number = BATCH_OPERATIONS;
  /** Whether the last thing that went well was to put an operation apart. */
  let hasParked = false;
  /** Whether the edge asked to be left alone, by Retry-After or by refusing the key. */
  let isHeld = false;
  let isRefused = false;
  let isStopped = false;
  /** Whether the request is under way that a page sends as its last one: it is hidden first, then left. */
  let isLeaving = false;
  let syncedAt = 0;
  const mismatches = new Set<string>();

  const unschedule = (): void => {
    cancel?.();
    cancel = undefined;
  };
  const schedule = (ms: number): void => {
    if (!isStopped) cancel = clock.after(ms, () => void flush(true));
  };
  const fail = (asked = 0): number => backoff(++failures, asked, BACKOFF_MS, host.random);

  /** The changes that put operations apart which the edge refuses, with its reasons; of too many the oldest go. */
  const park = (refusals: ReadonlyMap<string, unknown>): Change[] => {
    const apart = [...refusals].flatMap(([id, refusal]): Change[] => {
      const op = pending.get(id);
      if (!op) return [];
      report("refused", id, refusal);
      return [[PARKED_OP + id, { op, refusal }]];
    });
    const keys = [...parked, ...apart.map(([key]) => key)];
    return [
      ...[...refusals.keys()].map((id): Change => [PENDING_OP + id, undefined]),
      ...apart,
      ...keys.slice(0, -PARKED).map((key): Change => [key, undefined]),
    ];
  };

  /** One exchange; gives how many ms to wait for the next where it failed. */
  const step = async (isLeaving: boolean): Promise<number | undefined> => {
    const batch = takeBatch(pending.values(), most);
    const told = [...mismatches];
    const { identity } = replica;
    const outcome = await exchange({ ...host, post }, batch, told, isLeaving);
    // Another tab leads: what this would change is asked for again there.
    if (isStopped) return undefined;
    const [op] = batch;
    if (outcome.kind === "exchanged") {
      const { acks, changes, definitions } = outcome;
      if (!isLeaving) for (const segment of told) mismatches.delete(segment);
      for (const segment of outcome.mismatches) {
        report("mismatch", segment, "the edge differs");
        if (mismatches.size < MISMATCHES) mismatches.add(segment);
      }
      const refused = new Map<string, unknown>();
      for (const [id, ack] of acks) if (ack.status === "refused") refused.set(id, ack.problem.detail);
      await journal.commit([...park(refused), ...changes], definitions);
      // An edge that leaves something unanswered would be asked without end.
      const isSame = identity.anonymousId === replica.identity.anonymousId;
      if (acks.size < batch.length || (isSame && !pending.size && replica.isBehind)) return fail();
      failures = 0;
      hasParked = false;
      isRefused = false;
      most = BATCH_OPERATIONS;
      syncedAt = clock.device();
      definitionChanges.open();
      return undefined;
    }
    if (outcome.kind === "unreachable") {
      isHeld = outcome.after > 0;
      return fail(outcome.after);
    }
    const { kind, detail } = outcome;
    if (kind === "refused" && op) {
      // Of a batch that is refused as a whole, the operation at fault is found by halves.
      most = Math.ceil(batch.length / 2);
      if (batch.length > 1) return undefined;
      await journal.commit(park(new Map([[op.id, detail]])));
      // One after the other is an edge that refuses everything.
      if (hasParked) return fail();
      hasParked = true;
      return undefined;
    }
    if (kind === "unauthorized") {
      if (!isRefused) report(kind, "", detail);
      isRefused = true;
      isHeld = true;
      definitionChanges.close();
      return BACKOFF_MS.most;
    }
    report("bad-answer", "", detail);
    return fail();
  };

  /** An answer over which this device stumbles is one that cannot be understood. */
  const attempt = (isLeaving: boolean): Promise<number | undefined> =>
    step(isLeaving).catch((error) => {
      report("bad-answer", "", error);
      return fail();
    });

  const run = async (isLeaving: boolean): Promise<void> => {
    let wait = await attempt(isLeaving);
    while (wait === undefined && replica.isBehind && !isStopped) wait = await attempt(false);
    running = undefined;
    if (wait !== undefined) schedule(wait);
  };

  const begin = (isLeaving: boolean): Promise<void> => {
    unschedule();
    isHeld = false;
    running ??= run(isLeaving);
    return running;
  };

  const flush = async (isAsked = false): Promise<void> => {
    if (!isStopped && (isAsked || !isHeld)) await begin(false);
  };
  const soon = (ms: number = DELAY_MS): void => {
    if (!cancel && !running) schedule(ms);
  };

  const idle = async (): Promise<void> => {
    while (running !== undefined) await running;
  };
  const definitionChanges = followChanges({ ...host, idle, soon });

  return {
    soon,
    flush,
    freshen() {
      if (syncedAt && !isRefused) definitionChanges.open();
      if (Math.abs(clock.device() - syncedAt) >= FRESH_MS) soon(0);
    },
    leave() {
      definitionChanges.close();
      if (isStopped || isHeld || isLeaving || pending.size === 0) return;
      isLeaving = true;
      // A request that is under way may end with the page; a second one does not, and its answer is not needed.
      const request =
        running === undefined
          ? begin(true)
          : exchange({ ...host, post }, takeBatch(pending.values(), most), [], true);
      void request.finally(() => {
        isLeaving = false;
      });
    },
    stop() {
      isStopped = true;
      definitionChanges.close();
      unschedule();
    },
  };
}
