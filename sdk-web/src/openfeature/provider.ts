import {
  type EvaluationContext,
  InvalidContextError,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderNotReadyError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from "@openfeature/web-sdk";
import { NAME_LENGTH } from "../bounds.ts";
import type { Client } from "../client.ts";
import type { Data } from "../operation.ts";
import { AskedFlags, type FlagType } from "./asked-flags.ts";
import { findNewTraits } from "./find-new-traits.ts";
import { resolutionOf } from "./resolution.ts";

export interface MusterWebProviderOptions {
  /** The values of the context that become traits of the user; left out, all, `[]` none. */
  traits?: readonly string[];
}

/**
 * Answers OpenFeature's web SDK from a client's memory. The context says who the user is: `targetingKey` is their id (a
 * context that loses it is a log-out), and its other values are traits, kept as `setTraits` keeps them.
 */
export class MusterWebProvider implements Provider {
  readonly metadata = { name: "muster" };
  readonly runsOn = "client";
  /** A client has one user, whom two contexts would fight over. */
  readonly domainScoped = true;
  readonly events = new OpenFeatureEventEmitter();
  readonly #client: Client;
  readonly #traits: readonly string[] | undefined;
  readonly #asked: AskedFlags;
  /** Whether the SDK was told that nothing can be decided. */
  #hasFailed = false;
  #stop: (() => void) | undefined;

  constructor(client: Client, { traits }: MusterWebProviderOptions = {}) {
    this.#client = client;
    this.#traits = traits;
    this.#asked = new AskedFlags(client);
  }

  /** Resolves once flags can be decided: at once where the device knows enough, else when the edge has answered. */
  async initialize(context: EvaluationContext = {}): Promise<void> {
    this.#stop ??= this.#listen();
    await this.#client.ready;
    await this.#follow({}, context);
  }

  onContextChange(before: EvaluationContext, context: EvaluationContext): Promise<void> | void {
    const user = this.#known;
    const { targetingKey: userId } = context;
    const isSame = userId ? user?.id === userId : !before.targetingKey;
    // New traits decide at once: there is nothing to wait for.
    if (user && isSame) this.#write(context, user.traits);
    else return this.#follow(before, context);
  }

  resolveBooleanEvaluation(flag: string, fallback: boolean): ResolutionDetails<boolean> {
    return this.#resolve("boolean", flag, fallback);
  }

  resolveStringEvaluation(flag: string, fallback: string): ResolutionDetails<string> {
    return this.#resolve("string", flag, fallback);
  }

  resolveNumberEvaluation(flag: string, fallback: number): ResolutionDetails<number> {
    return this.#resolve("number", flag, fallback);
  }

  resolveObjectEvaluation<T extends JsonValue>(flag: string, fallback: T): ResolutionDetails<T> {
    return this.#resolve("object", flag, fallback);
  }

  /** The user of the client did something; its details are the event's properties. */
  track(name: string, _context: EvaluationContext, details: TrackingEventDetails = {}): void {
    void this.#client.track(name, details);
  }

  /** Leaves the client as it is: whoever made it closes it. */
  async onClose(): Promise<void> {
    this.#stop?.();
    this.#stop = undefined;
    await this.#client.flush();
  }

  /** What is known of the user; undefined before there are definitions. */
  get #known() {
    return this.#client.inspect()?.user;
  }

  /** Goes over to the user that a context names. Rejects where nothing can be decided for them. */
  async #follow({ targetingKey: before }: EvaluationContext, context: EvaluationContext): Promise<void> {
    const client = this.#client;
    const { targetingKey: userId } = context;
    if (userId && !(typeof userId === "string" && userId.length <= NAME_LENGTH))
      throw new InvalidContextError(`targetingKey: text of at most ${NAME_LENGTH} characters`);
    const user = this.#known;
    const isSame = userId ? user?.id === userId : !before;
    // Without waiting between the two: another change of context may come, and these traits are nobody else's.
    const gone = userId ? client.identify(userId) : before ? client.reset() : undefined;
    this.#write(context, (isSame && user?.traits) || {});
    await gone;
    if ((userId && !isSame) || !this.#known) await client.flush();
    this.#hasFailed = !this.#known;
    if (this.#hasFailed)
      throw new ProviderNotReadyError("the edge cannot be reached, and this device knows nothing");
  }

  #write(context: EvaluationContext, known: Data): void {
    const traits = findNewTraits(context, known, this.#traits);
    if (Object.keys(traits).length > 0) void this.#client.setTraits(traits);
  }

  /** Passes on what changes; the result ends it. */
  #listen(): () => void {
    const { events } = this;
    const ended = new AbortController();
    const { signal } = ended;
    const unsubscribe = this.#client.subscribe(() => this.#changed());
    globalThis.addEventListener?.("offline", () => events.emit(ProviderEvents.Stale), { signal });
    globalThis.addEventListener?.("online", () => void this.#returned(signal), { signal });
    return () => {
      unsubscribe();
      ended.abort();
    };
  }

  #changed(): void {
    if (this.#hasFailed && this.#known) {
      this.#hasFailed = false;
      this.events.emit(ProviderEvents.Ready);
    }
    const flagsChanged = this.#asked.findChanged();
    if (!flagsChanged) this.events.emit(ProviderEvents.ConfigurationChanged);
    else if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
  }

  /** The network is back: what the edge knows is fetched before flags count as fresh. */
  async #returned(signal: AbortSignal): Promise<void> {
    await this.#client.flush();
    if (this.#known && !signal.aborted) this.events.emit(ProviderEvents.Ready);
  }

  #resolve<T extends JsonValue>(type: FlagType, flag: string, fallback: T): ResolutionDetails<T> {
    const decision = this.#asked.ask(type, flag);
    return resolutionOf(decision, decision.errorCode ? fallback : (decision.value as T));
  }
}
