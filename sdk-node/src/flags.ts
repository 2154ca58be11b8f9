import { LIMITS } from "@muster/rules";
import {
  decideFlag,
  type ErrorCode,
  type FlagDecision,
  type FlagValue,
  fitsFallback,
  type Overrides,
} from "@muster/rules/decide";
import type { DecideRequest, DecideResponse } from "@muster/rules/wire";
import { type Answers, EdgeAnswers, whoIs } from "./answers.ts";
import { type MusterError, toMusterError } from "./error.ts";
import type { Exposures } from "./exposures.ts";
import { LocalQuestion } from "./local-question.ts";
import type { LocalRules } from "./local-rules.ts";
import { checkIds, type UserRef } from "./user.ts";

/** What a caller may bring for the case that there is no value; undefined fits a flag of any type. */
export type AnyFallback = FlagValue | null | undefined;

export interface FlagsOptions {
  /** The definitions, once they are here. */
  rules: () => LocalRules | null;
  exposures: Exposures;
  overrides: Overrides;
  decide: (request: DecideRequest) => Promise<DecideResponse>;
  /** Whether the edge has heard of this user's log-ins, once it is known; undefined where it has. */
  logIn: (user: UserRef) => Promise<boolean> | undefined;
  /** The longest that a decision of the edge is remembered, ms. */
  maxAge: number;
  onError: (error: MusterError) => void;
}

/** What the edge decided, without a caller's fallback. */
type EdgeDecision = FlagDecision<FlagValue | undefined>;

/** Flags of users: decided here where that is possible, else by the edge. Nothing throws or rejects. */
export class Flags {
  readonly #options: FlagsOptions;
  readonly #answers: EdgeAnswers<EdgeDecision>;
  readonly #isPreview: boolean;

  constructor(options: FlagsOptions) {
    this.#options = options;
    this.#isPreview = Object.values(options.overrides).some((choices) => Object.keys(choices).length > 0);
    this.#answers = new EdgeAnswers({
      maxAge: options.maxAge,
      unknown: { flag: "", value: undefined, reason: "ERROR", errorCode: "FLAG_NOT_FOUND", until: null },
      request: (user, flags) => this.#request(user, flags),
    });
  }

  /** At once: from the definitions, else remembered from the edge, else PROVIDER_NOT_READY. */
  decide(flag: string, user: UserRef, fallback: AnyFallback): FlagDecision<AnyFallback> {
    try {
      checkIds(user);
      return this.#decideHere(flag, user, fallback) ?? this.#recall(flag, user, fallback);
    } catch (thrown) {
      // A user's traits may be anything, such as objects that throw when they are read.
      this.#options.onError(toMusterError(thrown));
      return fail(flag, fallback, "PROVIDER_NOT_READY");
    }
  }

  /** The same, but the edge is asked where it must be: once for all flags that are asked for in one tick. */
  async resolve(flag: string, user: UserRef, fallback: AnyFallback): Promise<FlagDecision<AnyFallback>> {
    const decision = this.decide(flag, user, fallback);
    if (decision.errorCode !== "PROVIDER_NOT_READY") return decision;
    try {
      const logIn = this.#options.logIn(user);
      if (logIn !== undefined && !(await logIn)) return decision;
      const answer = (await this.#answers.ask(user, [flag])).get(flag);
      return answer === undefined ? decision : giveTo(flag, fallback, answer);
    } catch (thrown) {
      this.#options.onError(toMusterError(thrown));
      return decision;
    }
  }

  forget(user: UserRef): void {
    this.#answers.forget(user);
  }

  clear(): void {
    this.#answers.clear();
  }

  /** Undefined where the edge knows more. */
  #decideHere(flag: string, user: UserRef, fallback: AnyFallback): FlagDecision<AnyFallback> | undefined {
    if (typeof flag !== "string" || flag.length > LIMITS.key) return fail(flag, fallback, "FLAG_NOT_FOUND");
    const { rules, exposures, overrides } = this.#options;
    const local = rules();
    if (local === null) return undefined;
    const question = new LocalQuestion(user, local, exposures, overrides);
    const decision = decideFlag(local.table, flag, fallback, question);
    return question.open || decision.errorCode === "PROVIDER_NOT_READY" ? undefined : decision;
  }

  #recall(flag: string, user: UserRef, fallback: AnyFallback): FlagDecision<AnyFallback> {
    const known = this.#answers.peek(user, flag);
    return known === undefined ? fail(flag, fallback, "PROVIDER_NOT_READY") : giveTo(flag, fallback, known);
  }

  /** Notes that the user gets to see what was decided; a preview is seen by nobody who counts. */
  expose(user: UserRef, decision: FlagDecision<AnyFallback>): void {
    if (!this.#isPreview) this.#options.exposures.expose(user, decision);
  }

  async #request(
    user: UserRef,
    flags: readonly string[] | null,
  ): Promise<{ now: number; answers: Answers<EdgeDecision> }> {
    const { exposures, overrides, decide } = this.#options;
    const experiments = { ...exposures.choices(user), ...overrides.experiments };
    const answer = await decide({
      ...whoIs(user),
      ...(flags === null ? {} : { flags: [...flags] }),
      placements: [],
      overrides: { ...overrides, experiments },
    });
    return { now: answer.now, answers: new Map(Object.entries(answer.flags)) };
  }
}

function fail<Fallback>(flag: string, value: Fallback, errorCode: ErrorCode): FlagDecision<Fallback> {
  return { flag, value, reason: "ERROR", errorCode, until: null };
}

/** A decision of the edge for a caller who has a fallback. */
function giveTo(flag: string, fallback: AnyFallback, decision: EdgeDecision): FlagDecision<AnyFallback> {
  const { value } = decision;
  if (value === undefined) return { ...decision, flag, value: fallback };
  return fitsFallback(value, fallback) ? decision : fail(flag, fallback, "TYPE_MISMATCH");
}
