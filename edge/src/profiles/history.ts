import type { Plan, User, UserEvent } from "@muster/rules";
import { type SavedState, UserState } from "@muster/rules/state";
import type { Definitions } from "../definitions/definitions.ts";

/** A user's past in memory: as D1 keeps it, and as a state once something reads or changes it. */
export class History {
  readonly #definitions: Definitions;
  /** Undefined where the state has come to something else. */
  #saved: SavedState | undefined;
  #state: UserState | undefined;

  /** Of what is kept, which is of the definitions' layout; of nothing where it is left out. */
  constructor(definitions: Definitions, kept?: SavedState | UserState) {
    this.#definitions = definitions;
    if (kept instanceof UserState) this.#state = kept;
    else this.#saved = kept;
  }

  get #current(): UserState {
    this.#state ??= new UserState(this.#definitions.plans, this.#saved);
    return this.#state;
  }

  /** The past as a plan of the definitions reads it. */
  of(plan: Plan): NonNullable<User["past"]> {
    return this.#current.of(plan);
  }

  /** Takes in an event whose id is new to this user. */
  apply(event: UserEvent): void {
    this.#current.apply(event);
    this.#saved = undefined;
  }

  /** Takes in another user's past, which shares no event with this one. */
  merge(other: History): void {
    this.#current.merge(other.#current);
    this.#saved = undefined;
  }

  /** What is to be kept of it from `now` on. */
  save(now: number): SavedState {
    this.#saved = this.#current.save(now);
    return this.#saved;
  }

  /** What is kept of it, as it was saved last unless something has changed. */
  saved(now: number): SavedState {
    return this.#saved ?? this.save(now);
  }
}
