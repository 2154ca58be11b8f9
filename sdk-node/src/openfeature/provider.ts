import { setTimeout as sleep } from "node:timers/promises";
import type { FlagDecision, FlagValue } from "@muster/rules/decide";
import {
  ErrorCode,
  type EvaluationContext,
  type FlagMetadata,
  GeneralError,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from "@openfeature/server-sdk";
import { BOUNDS } from "../bounds.ts";
import type { Client } from "../client.ts";
import type { DefinitionsEvent } from "../definitions.ts";
import { describeError, type MusterError } from "../error.ts";
import type { UserRef } from "../user.ts";
import { readContext } from "./read-context.ts";

/** How the definitions stand: not here yet, here and current, here but perhaps old, no longer given out. */
type State = "starting" | "ready" | "stale" | "refused";

/** Flags by a client of Muster for OpenFeature's server SDK. */
export class MusterProvider implements Provider {
  readonly metadata = { name: "Muster" };
  readonly runsOn = "server";
  readonly events = new OpenFeatureEventEmitter();
  readonly #client: Client;
  #state: State = "starting";
  #unsubscribe: (() => void) | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Waits for the definitions. Where they do not come the client goes on asking, and the provider becomes ready then. */
  async initialize(): Promise<void> {
    const isHere = await this.#client.ready;
    this.#unsubscribe ??= this.#client.subscribe((event) => this.#notice(event));
    const error = this.#client.definitionsError;
    if (error !== null && !isHere) {
      throw isRefusal(error)
        ? new ProviderFatalError(describeError(error))
        : new GeneralError(describeError(error));
    }
    this.#state = "ready";
  }

  /** Delivers what is left, and leaves the client as it is: whoever made it closes it. */
  async onClose(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#state = "starting";
    await Promise.race([this.#client.flush(), sleep(BOUNDS.closeWait, undefined, { ref: false })]);
  }

  resolveBooleanEvaluation(flag: string, fallback: boolean, context: EvaluationContext) {
    return this.#resolve(flag, fallback, fallback, context);
  }

  resolveStringEvaluation(flag: string, fallback: string, context: EvaluationContext) {
    return this.#resolve(flag, fallback, fallback, context);
  }

  resolveNumberEvaluation(flag: string, fallback: number, context: EvaluationContext) {
    return this.#resolve(flag, fallback, fallback, context);
  }

  resolveObjectEvaluation<Value extends JsonValue>(
    flag: string,
    fallback: Value,
    context: EvaluationContext,
  ) {
    return this.#resolve(flag, fallback, null, context);
  }

  track(name: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.#client.track(readContext(context), name, details);
  }

  /** `type` is any value of the flag's type; null is one of JSON. */
  async #resolve<Value extends JsonValue>(
    flag: string,
    fallback: Value,
    type: FlagValue | null,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<Value>> {
    const user = readContext(context);
    const decision = await this.#client.resolve(flag, user, type);
    const { value, variation, reason, errorCode } = decision;
    if (errorCode !== undefined)
      return { value: fallback, reason, ...this.#explain(errorCode, decision, user) };
    return {
      // The decision's value is of the type that was asked for.
      value: value as Value,
      ...(variation === undefined ? {} : { variant: variation }),
      reason,
      flagMetadata: metadataOf(decision),
    };
  }

  #explain(
    errorCode: NonNullable<FlagDecision<unknown>["errorCode"]>,
    { flag }: FlagDecision<unknown>,
    { userId, anonymousId }: UserRef,
  ): { errorCode: ErrorCode; errorMessage: string } {
    if (errorCode === "FLAG_NOT_FOUND")
      return { errorCode: ErrorCode.FLAG_NOT_FOUND, errorMessage: `there is no flag "${flag}"` };
    if (errorCode === "TYPE_MISMATCH")
      return { errorCode: ErrorCode.TYPE_MISMATCH, errorMessage: `the flag "${flag}" is of another type` };
    if (userId === undefined && anonymousId === undefined) {
      const errorMessage = `"${flag}" depends on who is asked about: a targetingKey or an anonymousId is needed`;
      return { errorCode: ErrorCode.TARGETING_KEY_MISSING, errorMessage };
    }
    const errorMessage = `the edge, which has to decide "${flag}" for this user, could not be asked`;
    const isHere = this.#state !== "starting";
    return { errorCode: isHere ? ErrorCode.GENERAL : ErrorCode.PROVIDER_NOT_READY, errorMessage };
  }

  #notice(event: DefinitionsEvent): void {
    const before = this.#state;
    if (event.type === "failed") {
      if (before === "starting") return;
      this.#state = isRefusal(event.error) ? "refused" : "stale";
      const message = describeError(event.error);
      if (this.#state === before) return;
      if (this.#state === "stale") this.events.emit(ProviderEvents.Stale, { message });
      else this.events.emit(ProviderEvents.Error, { message });
      return;
    }
    this.#state = "ready";
    if (before !== "ready") this.events.emit(ProviderEvents.Ready);
    if (before !== "starting" && event.type === "updated")
      this.events.emit(ProviderEvents.ConfigurationChanged);
  }
}

/** Whether the edge does not take the key, which no repetition changes. */
function isRefusal({ status }: MusterError): boolean {
  return status === 401 || status === 403;
}

function metadataOf({ rule, segmentVersion, prerequisite, assignment }: FlagDecision<unknown>): FlagMetadata {
  return {
    ...(rule === undefined ? {} : { rule }),
    ...(segmentVersion === undefined ? {} : { segmentVersion }),
    ...(prerequisite === undefined ? {} : { prerequisite }),
    ...(assignment && { experiment: assignment.experiment, iteration: assignment.iteration }),
  };
}
