import { foldTraits, type Membership, type TraitState, traitsOf, type User } from "@muster/rules";
import type { UserState } from "@muster/rules/state";
import type { Operation } from "@muster/rules/wire";
import type { Loaded } from "./definitions.ts";
import type { Identity, Snapshot } from "./records.ts";

/** A user's past and traits: a snapshot, with operations applied on top. */
export class View {
  readonly #plan: Loaded["plan"] | undefined;
  readonly #state: UserState | undefined;
  #traits: TraitState;

  /** Throws where the snapshot's state is none. */
  constructor(definitions: Loaded | undefined, snapshot: Snapshot | undefined) {
    this.#plan = definitions?.plan;
    this.#state = definitions?.begin(snapshot?.state);
    this.#traits = snapshot?.traits ?? {};
  }

  /** Whoever applies an operation makes sure that the view does not have it. */
  apply(op: Operation): void {
    if (op.type === "track") this.#state?.apply(op);
    else this.#traits = foldTraits(this.#traits, [op]);
  }

  /** As an evaluation sees it. */
  userOf({ userId, anonymousId }: Identity, answers: ReadonlyMap<string, Membership>): User {
    const past = this.#plan && this.#state?.of(this.#plan);
    const traits = traitsOf(this.#traits);
    return { id: userId, anonymousId, traits, events: [], ...(past && { past }), answers };
  }
}
