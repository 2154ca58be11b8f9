import type { Membership } from "@muster/rules";
import type { EvaluateRequest, EvaluateResponse } from "@muster/rules/wire";
import { type Answers, EdgeAnswers, whoIs } from "./answers.ts";
import type { Decision, Reason } from "./decision.ts";
import { type MusterError, toMusterError } from "./error.ts";
import type { LocalRules } from "./local-rules.ts";
import { checkIds, type UserRef } from "./user.ts";

export interface SegmentsOptions {
  /** The definitions, once they are here. */
  rules: () => LocalRules | null;
  evaluate: (request: EvaluateRequest) => Promise<EvaluateResponse>;
  /** The longest that an answer of the edge is remembered, ms. */
  maxAge: number;
  onError: (error: MusterError) => void;
}

/** Who is in which segment: decided here where that is possible, else by the edge. Nothing throws or rejects. */
export class Segments {
  readonly #options: SegmentsOptions;
  readonly #answers: EdgeAnswers<Membership>;

  constructor(options: SegmentsOptions) {
    this.#options = options;
    this.#answers = new EdgeAnswers({
      maxAge: options.maxAge,
      unknown: { member: false, until: null },
      request: (user, segments) => this.#request(user, segments),
    });
  }

  /** At once: from the definitions, else remembered from the edge, else unknown. */
  decide(segment: string, user: UserRef, fallback: boolean): Decision {
    try {
      checkIds(user);
      const local = this.#options.rules()?.decide(segment, user, { now: Date.now() });
      if (local !== undefined) return decisionOf(local, "local");
      const cached = this.#answers.peek(user, segment);
      if (cached !== undefined) return decisionOf(cached, "cached");
    } catch (thrown) {
      // A user's traits may be anything, such as objects that throw when they are read.
      this.#options.onError(toMusterError(thrown));
    }
    return { member: fallback, reason: "unknown", until: null };
  }

  /** The edge is asked where it must be. */
  async isMember(segment: string, user: UserRef, fallback: boolean): Promise<boolean> {
    const now = this.decide(segment, user, fallback);
    if (now.reason !== "unknown") return now.member;
    const answers = await this.#ask(user, [segment]);
    return answers?.get(segment)?.member ?? fallback;
  }

  /** Every segment's answer for the user. */
  async decideAll(user: UserRef): Promise<ReadonlyMap<string, Decision>> {
    const rules = this.#options.rules();
    const decisions = new Map<string, Decision>();
    for (const segment of rules?.segments ?? []) decisions.set(segment, this.decide(segment, user, false));
    const open = [...decisions].filter(([, { reason }]) => reason === "unknown").map(([segment]) => segment);
    if (rules && open.length === 0) return decisions;
    const answers = await this.#ask(user, rules ? open : null);
    for (const [segment, membership] of answers ?? []) decisions.set(segment, decisionOf(membership, "edge"));
    return decisions;
  }

  forget(user: UserRef): void {
    this.#answers.forget(user);
  }

  clear(): void {
    this.#answers.clear();
  }

  async #ask(user: UserRef, segments: readonly string[] | null): Promise<Answers<Membership> | null> {
    try {
      return await this.#answers.ask(user, segments);
    } catch (thrown) {
      this.#options.onError(toMusterError(thrown));
      return null;
    }
  }

  async #request(user: UserRef, segments: readonly string[] | null) {
    const asked = segments === null ? {} : { segments: [...segments] };
    const { now, memberships } = await this.#options.evaluate({ ...whoIs(user), ...asked });
    return { now, answers: new Map(Object.entries(memberships)) };
  }
}

function decisionOf({ member, until }: Membership, reason: Reason): Decision {
  return { member, reason, until };
}
