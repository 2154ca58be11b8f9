import { foldTraits, type Membership, type Plan, type TraitState, traitsOf, type User } from "@muster/rules";
import type { UserState } from "@muster/rules/state";
import type { Operation } from "@muster/rules/wire";
import type { Identity } from "./records.ts";

/** A user's past and traits: a snapshot, with operations applied on top. */
export class View {
  readonly #plan: Plan;
  readonly #state: UserState;
  #traits: TraitState;

  constructor(plan: Plan, state: UserState, traits: TraitState = {}) {
    this.#plan = plan;
    this.#state = state;
    this.#traits = traits;
  }

  /** Whoever applies an operation makes sure that the view does not have it. */
  apply(op: Operation): void {
    if (op.type === "track") this.#state.apply(op);
    else this.#traits = foldTraits(this.#traits, [op]);
  }

  /** As an evaluation sees it. */
  userOf({ userId, anonymousId }: Identity, answers: ReadonlyMap<string, Membership>): User {
    const past = this.#state.of(this.#plan);
    return { id: userId, anonymousId, traits: traitsOf(this.#traits), events: [], past, answers };
  }
}
