import { backoff } from "@muster/rules/delivery";
import { BACKOFF_MS, BATCH_OPERATIONS, DELAY_MS, FRESH_MS, MISMATCHES, PARKED } from "../bounds.ts";
import type { Journal } from "../journal.ts";
import type { ClientOptions } from "../options.ts";
import { PARKED_OP, PENDING_OP } from "../records.ts";
import type { Report } from "../report.ts";
import type { Change } from "../store/store.ts";
import { type ChangesHost, followChanges } from "./changes.ts";
import { type ExchangeHost, exchange } from "./exchange.ts";
import { nextParcel } from "./parcel.ts";
import { createTokens } from "./tokens.ts";
import { createPost } from "./transport.ts";

/** What the leading tab works on. */
export interface LeaderHost extends Omit<ExchangeHost, "post"> {
  readonly journal: Pick<Journal, "commit">;
  readonly report: Report;
  readonly endpoint: string;
  readonly key: string;
  readonly token?: ClientOptions["token"];
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

/** After a step: how many ms to wait before the next; null: until something happens; undefined: not at all. */
type Wait = number | null | undefined;

export function createLeader(host: LeaderHost): Leader {
  const { clock, replica, report, journal } = host;
  const { pending, parked } = replica;
  const post = createPost(host);
  const tokens = host.token && createTokens(host.token, { ...host, wake: () => soon(0) });
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

  /** Whether the edge has something to tell. */
  const isCurious = (): boolean => !replica.known || !replica.snapshot?.cursor;

  /** One exchange; gives how many ms to wait for the next where it failed, and null where nothing can be sent. */
  const step = async (isLeaving: boolean, isFirst: boolean): Promise<Wait> => {
    const parcel = nextParcel(replica, tokens, most, isFirst || isCurious());
    if (!parcel) return null;
    const { batch, userId, isErrand } = parcel;
    const told = [...mismatches];
    const { identity } = replica;
    const outcome = await exchange({ ...host, post }, parcel, told, isLeaving);
    // Another tab leads: what this would change is asked for again there.
    if (isStopped) return undefined;
    const [op] = batch;
    if (outcome.kind === "exchanged") {
      const { acks, changes, definitions } = outcome;
      if (userId !== null) tokens?.accept(userId);
      if (!isLeaving && !isErrand) for (const segment of told) mismatches.delete(segment);
      for (const segment of outcome.mismatches) {
        report("mismatch", segment, "the edge differs");
        if (mismatches.size < MISMATCHES) mismatches.add(segment);
      }
      const refused = new Map<string, unknown>();
      for (const [id, ack] of acks) if (ack.status === "refused") refused.set(id, ack.problem.detail);
      await journal.commit([...park(refused), ...changes], definitions);
      // An edge that leaves something unanswered would be asked without end.
      const { anonymousId, userId: now } = replica.identity;
      const isSame = identity.anonymousId === anonymousId && identity.userId === now;
      const isFutile = isSame && !isErrand && (!pending.size || !batch.length) && isCurious();
      if (acks.size < batch.length || isFutile) return fail();
      failures = 0;
      hasParked = false;
      isRefused = false;
      most = BATCH_OPERATIONS;
      if (!isErrand) syncedAt = clock.device();
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
    if (kind === "unproven" && userId !== null) {
      tokens?.refuse(userId, detail);
      return undefined;
    }
    if (kind === "unauthorized" || kind === "unproven") {
      if (!isRefused) report("unauthorized", "", detail);
      isRefused = true;
      isHeld = true;
      definitionChanges.close();
      return BACKOFF_MS.most;
    }
    report("bad-answer", "", detail);
    return fail();
  };

  /** An answer over which this device stumbles is one that cannot be understood. */
  const attempt = (isLeaving: boolean, isFirst = false): Promise<Wait> =>
    step(isLeaving, isFirst).catch((error) => {
      report("bad-answer", "", error);
      return fail();
    });

  const run = async (isLeaving: boolean): Promise<void> => {
    let wait = await attempt(isLeaving, true);
    while (wait === undefined && replica.isBehind && !isStopped) wait = await attempt(false);
    running = undefined;
    if (typeof wait === "number") schedule(wait);
  };

  const begin = (isLeaving: boolean): Promise<void> => {
    unschedule();
    isHeld = false;
    running ??= run(isLeaving);
    return running;
  };

  const flush = async (isAsked = false): Promise<void> => {
    if (isStopped || (isHeld && !isAsked)) return;
    await begin(false);
    // What has no token yet is sent once it has come.
    while ((await tokens?.settle()) && !isStopped && !isHeld) await begin(false);
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
      const parcel = running && nextParcel(replica, tokens, most, false);
      const request = parcel ? exchange({ ...host, post }, parcel, [], true) : begin(true);
      void request.finally(() => {
        isLeaving = false;
      });
    },
    stop() {
      isStopped = true;
      tokens?.stop();
      definitionChanges.close();
      unschedule();
    },
  };
}
