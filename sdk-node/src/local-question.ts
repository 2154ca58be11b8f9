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
  readonly now: number;
  readonly overrides: Overrides;
  readonly #user: UserRef;
  readonly #rules: LocalRules;
  readonly #exposures: Exposures;

  constructor(user: UserRef, rules: LocalRules, exposures: Exposures, overrides: Overrides, now: number) {
    this.#user = user;
    this.#rules = rules;
    this.#exposures = exposures;
    this.overrides = overrides;
    this.now = now;
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

  /** Of the arms to which the user has been exposed, only what waits in the queue is known here. */
  answers(segment: string): Membership | undefined {
    if (!segment.startsWith(ARM)) return this.#rules.decide(segment, this.#user, this.now);
    const [experiment = "", iteration, arm] = segment.slice(ARM.length).split("/");
    const exposed = this.#exposures.armOf(this.#user, experiment, Number(iteration));
    return exposed === undefined ? undefined : { member: exposed === arm, until: null };
  }

  /** Which devices were exposed is in the edge's log. */
  exposed(id: string): string | undefined {
    const arm = this.#exposures.armById(this.#user, id);
    if (arm === undefined) this.open = true;
    return arm;
  }
}
