import { type Assignment, type Exposure, exposureOf, type Overrides } from "@muster/rules/decide";
import { BOUNDS } from "./bounds.ts";
import { LruMap } from "./lru.ts";
import { ownerOf, type UserRef } from "./user.ts";

/** The arms of one user's exposures that the edge has not stored yet, by the exposure's id. */
type Waiting = Map<string, Assignment>;

/**
 * What this process has shown of experiments. Each exposure is tracked once; until the edge has it, it binds the user
 * here, so that no edit of the experiment in between can show something else.
 */
export class Exposures {
  readonly #track: (user: UserRef, exposure: Exposure) => boolean;
  readonly #tracked = new LruMap<true>(BOUNDS.exposures);
  /** By the owner of the exposures. No more than fit into the queue. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(track: (user: UserRef, exposure: Exposure) => boolean) {
    this.#track = track;
  }

  /** Notes that what was decided is used. */
  expose(user: UserRef, { assignment }: { assignment?: Assignment }): void {
    if (!assignment || assignment.settled) return;
    const exposure = exposureOf({ assignment });
    const owner = ownerOf(user);
    if (!exposure || owner === undefined || this.#tracked.get(exposure.id)) return;
    if (!this.#track(user, exposure)) return;
    this.#tracked.set(exposure.id, true);
    const waiting = this.#waiting.get(owner) ?? new Map();
    this.#waiting.set(owner, waiting.set(exposure.id, assignment));
  }

  /** An operation has left the queue: stored, or lost, in which case it may be tracked again. */
  settle(user: UserRef, id: string, stored: boolean): void {
    if (!stored) this.#tracked.delete(id);
    const owner = ownerOf(user) ?? "";
    const waiting = this.#waiting.get(owner);
    if (waiting?.delete(id) && waiting.size === 0) this.#waiting.delete(owner);
  }

  /** The arm of this user's exposure that waits, to an iteration of an experiment. */
  armOf(user: UserRef, experiment: string, iteration: number): string | undefined {
    return this.#of(user).find((one) => one.experiment === experiment && one.iteration === iteration)
      ?.variation;
  }

  /** The arm of this user's exposure that waits under this id. */
  armById(user: UserRef, id: string): string | undefined {
    return this.#waiting.get(ownerOf(user) ?? "")?.get(id)?.variation;
  }

  /** What waits, as choices that an edge keeps to which does not know of it yet. */
  choices(user: UserRef): NonNullable<Overrides["experiments"]> {
    return Object.fromEntries(this.#of(user).map(({ experiment, variation }) => [experiment, variation]));
  }

  #of(user: UserRef): Assignment[] {
    if (this.#waiting.size === 0) return [];
    const waiting = this.#waiting.get(ownerOf(user) ?? "");
    const units = [user.userId, user.anonymousId];
    return [...(waiting?.values() ?? [])].filter(
      // Of an anonymous user, the edge may have drawn for the user id that it knows.
      ({ unit }) => user.userId === undefined || units.includes(unit),
    );
  }
}
