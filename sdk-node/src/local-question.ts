import type { Membership } from "@muster/rules";
import type { Asked, Overrides } from "@muster/rules/decide";
import type { Exposures } from "./exposures.ts";
import type { LocalRules } from "./local-rules.ts";
import type { UserRef } from "./user.ts";

const ARM = "$arm/";

/** A question about a user that is answered here, from what the host brings; `open` where only the edge can. */
export class LocalQuestion implements Asked {
  /** Whether something was read that the edge may know better, beside the answers that are not known. */
  open = false;
  readonly overrides: Overrides;
  readonly #user: UserRef;
  readonly #rules: LocalRules;
  readonly #exposures: Exposures;
  #now: number | undefined;

  constructor(user: UserRef, rules: LocalRules, exposures: Exposures, overrides: Overrides) {
    this.#user = user;
    this.#rules = rules;
    this.#exposures = exposures;
    this.overrides = overrides;
  }

  /** One instant for the whole question; most are answered without. */
  get now(): number {
    return (this.#now ??= Date.now());
  }

  /** The edge may know a user id for an anonymous id, and draws for that one. */
  get userId(): string | null {
    const { userId, anonymousId } = this.#user;
    if (userId === undefined && anonymousId !== undefined) this.open = true;
    return userId ?? null;
  }

  get anonymousId(): string | null {
    return this.#user.anonymousId ?? null;
  }

  /** Undefined where the edge knows more. */
  answers(segment: string): Membership | undefined {
    return this.#rules.decide(segment, this.#user, this) ?? this.#answerArm(segment);
  }

  /** Which devices were exposed is in the edge's log. */
  exposed(id: string): string | undefined {
    const arm = this.#exposures.armById(this.#user, id);
    if (arm === undefined) this.open = true;
    return arm;
  }

  /** Of the arms to which the user has been exposed, only what waits in the queue is known here. */
  #answerArm(segment: string): Membership | undefined {
    if (!segment.startsWith(ARM)) return undefined;
    const [experiment = "", iteration, arm] = segment.slice(ARM.length).split("/");
    const exposed = this.#exposures.armOf(this.#user, experiment, Number(iteration));
    return exposed === undefined ? undefined : { member: exposed === arm, until: null };
  }
}
