import type { Explanation } from "@muster/rules";
import type { Exposure, FlagDecision } from "@muster/rules/decide";
import { createIds } from "@muster/rules/delivery";
import {
  type Bootstrap,
  bootstrapResponse,
  decideResponse,
  type EvaluateRequest,
  type EvaluateResponse,
  evaluateResponse,
  type OperationInput,
} from "@muster/rules/wire";
import { whoIs } from "./answers.ts";
import { BOUNDS } from "./bounds.ts";
import type { Decision } from "./decision.ts";
import { Definitions, type DefinitionsEvent } from "./definitions.ts";
import { Edge, type Schema } from "./edge.ts";
import { type MusterError, toMusterError } from "./error.ts";
import { Exposures } from "./exposures.ts";
import { type AnyFallback, Flags } from "./flags.ts";
import { LogIns } from "./log-ins.ts";
import { type CheckedOptions, type ClientOptions, checkOptions } from "./options.ts";
import { OperationQueue } from "./queue.ts";
import type { Answer, Fallback, FlagKey, SegmentKey } from "./register.ts";
import { retry } from "./retry.ts";
import { Segments } from "./segments.ts";
import type { UserRef } from "./user.ts";

/** What may be said about an operation besides what happened: its own time, and an id if it has one already. */
export interface Occurrence {
  /** ms since the epoch; left out, now. */
  ts?: number;
  /** A repeated id has no second effect; left out, one that sorts by when it was made. */
  id?: string;
}

/** How a flag is asked for. */
export interface FlagOptions {
  /** Whether the user gets to see it, which exposes them to an experiment that decided it (true). */
  expose?: boolean;
}

const newId = createIds(Date.now);

type Values = { readonly [name: string]: unknown };

/** Muster for a Node.js server. Decisions and reports never throw and never reject. */
export class Client {
  readonly #options: CheckedOptions;
  readonly #edge: Edge;
  readonly #definitions: Definitions | null;
  readonly #segments: Segments;
  readonly #exposures = new Exposures((user, exposure) => this.#trackExposure(user, exposure));
  readonly #flags: Flags;
  readonly #logIns: LogIns;
  readonly #queue: OperationQueue;
  readonly #listeners = new Set<(event: DefinitionsEvent) => void>();
  /** Resolves after the first attempt to get the definitions: whether they are here. It may be ignored. */
  readonly ready: Promise<boolean>;

  constructor(options: ClientOptions) {
    this.#options = checkOptions(options);
    const { refresh, maxAge, queue, overrides, timeout } = this.#options;
    const onError = (error: MusterError) => this.#report(error);
    this.#edge = new Edge(this.#options);
    const onEvent = (event: DefinitionsEvent) => this.#notice(event);
    // Who brings a way to the edge may have no other.
    const stream = options.fetch === undefined ? this.#options : null;
    this.#definitions =
      refresh === false ? null : new Definitions(this.#edge, { interval: refresh, onEvent, stream });
    this.ready = this.#definitions?.ready ?? Promise.resolve(false);
    const rules = () => this.#definitions?.rules ?? null;
    const evaluate = (request: EvaluateRequest) => this.#evaluate(request);
    this.#segments = new Segments({ rules, evaluate, maxAge, onError });
    this.#logIns = new LogIns({ send: () => void this.flush(), timeout });
    this.#flags = new Flags({
      rules,
      exposures: this.#exposures,
      overrides,
      decide: (request) => this.#post(decideResponse, "/v1/decide", request),
      logIn: ({ userId }) => this.#logIns.arrival(userId),
      maxAge,
      onError,
    });
    this.#queue = new OperationQueue(this.#edge, {
      capacity: queue,
      onError,
      onSettled: (op, stored) => {
        this.#exposures.settle(op, op.id, stored);
        if (op.type === "identify") this.#logIns.settle(op.userId);
        if (stored) for (const answers of [this.#segments, this.#flags]) answers.forget(op);
      },
    });
  }

  /**
   * The flag for the user and why, without waiting: from the definitions, ids and traits at hand, or a remembered
   * answer of the edge. Else the value is `fallback` with the error code PROVIDER_NOT_READY, and `resolve` would ask.
   */
  details<Flag extends FlagKey, Value extends Fallback<Flag>>(
    flag: Flag,
    user: UserRef,
    fallback: Value,
    options?: FlagOptions,
  ): FlagDecision<Answer<Flag, Value>>;
  details(flag: string, user: UserRef, fallback: AnyFallback, { expose = true }: FlagOptions = {}) {
    const decision = this.#flags.decide(flag, user, fallback);
    if (expose) this.#flags.expose(user, decision);
    return decision;
  }

  /** The value of `details`. */
  value<Flag extends FlagKey, Value extends Fallback<Flag>>(
    flag: Flag,
    user: UserRef,
    fallback: Value,
  ): Answer<Flag, Value> {
    return this.details(flag, user, fallback).value;
  }

  /** The same as `details`, but where it must be, the edge is asked, and waited for at most `timeout`. Never rejects. */
  resolve<Flag extends FlagKey, Value extends Fallback<Flag>>(
    flag: Flag,
    user: UserRef,
    fallback: Value,
    options?: FlagOptions,
  ): Promise<FlagDecision<Answer<Flag, Value>>>;
  async resolve(flag: string, user: UserRef, fallback: AnyFallback, { expose = true }: FlagOptions = {}) {
    const decision = await this.#flags.resolve(flag, user, fallback);
    if (expose) this.#flags.expose(user, decision);
    return decision;
  }

  /** Tells of each look at the definitions that brought something, until the function that it gives is called. */
  subscribe(listener: (event: DefinitionsEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Why the last look at the definitions failed; null when it did not, or none is needed. */
  get definitionsError(): MusterError | null {
    return this.#definitions?.error ?? null;
  }

  /** Whether the user is in the segment now: decided here where that is possible, else by the edge. */
  isMember(segment: SegmentKey, user: UserRef, fallback = false): Promise<boolean> {
    return this.#segments.isMember(segment, user, fallback);
  }

  /**
   * The same without waiting: from the definitions and traits at hand, or a remembered answer. With the reason
   * `unknown` it is the fallback, and `isMember` would ask the edge.
   */
  decide(segment: SegmentKey, user: UserRef, fallback = false): Decision {
    return this.#segments.decide(segment, user, fallback);
  }

  /** Every segment's answer for the user. Where the edge cannot be asked, the reason is `unknown`. */
  memberships(user: UserRef): Promise<ReadonlyMap<string, Decision>> {
    return this.#segments.decideAll(user);
  }

  /** Why the user is in the segment or not, by the edge. Rejects with a MusterError; undefined: no such segment. */
  async explain(segment: SegmentKey, user: UserRef): Promise<Explanation | undefined> {
    const answer = await this.#evaluate({ ...whoIs(user), segments: [segment], explain: true });
    return new Map(Object.entries(answer.memberships)).get(segment)?.explanation;
  }

  /**
   * What a page needs in its HTML to decide for this user at once (`bootstrapScript` writes it there); traits given
   * are not in it. Null: the edge could not be asked, and `onError` was told why; the page then begins without it.
   */
  async bootstrap(user: UserRef): Promise<Bootstrap | null> {
    try {
      const { userId, anonymousId } = user;
      return await this.#post(bootstrapResponse, "/v1/bootstrap", { userId, anonymousId });
    } catch (thrown) {
      this.#report(toMusterError(thrown));
      return null;
    }
  }

  /** Reports that the user did something. False: not accepted, and `onError` was told why. */
  track(user: UserRef, name: string, props: Values = {}, occurrence: Occurrence = {}): boolean {
    return this.#queue.add(() => ({ ...common(user, occurrence), type: "track", name, props: { ...props } }));
  }

  /** Reports that the anonymous user is `userId`: from here on the two are one. May set traits. */
  identify(user: UserRef & { userId: string }, set: Values = {}, occurrence: Occurrence = {}): boolean {
    const make = () => ({
      ...common(user, occurrence),
      type: "identify" as const,
      userId: user.userId,
      set: { ...set },
    });
    if (!this.#queue.add(make)) return false;
    this.#logIns.add(user.userId);
    this.#flags.forget(user);
    return true;
  }

  /** Writes traits of the user; `null` removes one. */
  setTraits(user: UserRef, set: Values, occurrence: Occurrence = {}): boolean {
    return this.#queue.add(() => ({ ...common(user, occurrence), type: "set", set: { ...set } }));
  }

  /** Resolves when everything reported so far is stored by the edge, or was refused and `onError` told so. */
  flush(): Promise<void> {
    return this.#queue.flush();
  }

  /** Delivers what is left, for at most ten seconds, and stops all work. */
  async close(): Promise<void> {
    this.#definitions?.close();
    await this.#queue.close(BOUNDS.closeWait);
  }

  #trackExposure(user: UserRef, { id, name, props }: Exposure): boolean {
    return this.#queue.add(() => ({ ...common(user, { id }), type: "track", name, props: { ...props } }));
  }

  #evaluate(request: EvaluateRequest): Promise<EvaluateResponse> {
    return this.#post(evaluateResponse, "/v1/evaluate", request);
  }

  #post<T>(schema: Schema<T>, path: string, request: object): Promise<T> {
    const body = JSON.stringify(request);
    const { timeout } = this.#options;
    const signal = AbortSignal.timeout(timeout);
    const ask = () => this.#edge.call(schema, { method: "POST", path, body, signal });
    return retry(ask, { patience: timeout, signal });
  }

  #notice(event: DefinitionsEvent): void {
    if (event.type === "failed") this.#report(event.error);
    if (event.type === "updated") for (const answers of [this.#segments, this.#flags]) answers.clear();
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (thrown) {
        this.#report(toMusterError(thrown));
      }
    }
  }

  /** A host whose `onError` throws hears of it as a warning, and nothing here stops for it. */
  #report(error: MusterError): void {
    try {
      this.#options.onError(error);
    } catch (thrown) {
      process.emitWarning(`onError threw: ${toMusterError(thrown).message}`, "MusterWarning");
    }
  }
}

/** Starts a client. Throws a MusterError `bad-option` for options that cannot work. */
export function createClient(options: ClientOptions): Client {
  return new Client(options);
}

function common(user: UserRef, { id = newId(), ts = Date.now() }: Occurrence): Omit<OperationInput, "type"> {
  const { userId, anonymousId } = user;
  return {
    id,
    ts,
    ...(userId === undefined ? {} : { userId }),
    ...(anonymousId === undefined ? {} : { anonymousId }),
  };
}
