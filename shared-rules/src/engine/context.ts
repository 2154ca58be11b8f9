import { EventLog } from "../event-log.ts";
import { clampInstant } from "../timestamp.ts";
import type { Membership, User } from "../user.ts";

/** What the closures of a plan read while one user is evaluated at one instant. */
export class Context {
  /** The name of the workspace's time zone. */
  readonly zone: string;
  now = 0;
  /** The earliest instant met so far at which an answer that was read can change; Infinity for never. */
  until = Number.POSITIVE_INFINITY;
  traits: { readonly [name: string]: unknown } = {};
  id: string | undefined;
  answers: ReadonlyMap<string, Membership> | undefined;
  #events: unknown;
  #log: EventLog | undefined;
  /** Whether the event that is being looked at is the user's first of its name. */
  isFirst = false;
  /** Counts evaluations; what was remembered under another count is not this user's. */
  run = 0;

  constructor(zone: string) {
    this.zone = zone;
  }

  /** Takes what conditions that time does not touch read. */
  look(user: User): void {
    this.traits = user?.traits ?? {};
    this.id = user?.id ?? user?.anonymousId ?? undefined;
  }

  begin(user: User, now: number): void {
    this.look(user);
    this.now = clampInstant(now);
    this.until = Number.POSITIVE_INFINITY;
    this.answers = user?.answers;
    this.#events = user?.events;
    this.#log = undefined;
    this.run++;
  }

  /** The user's events, sorted once, when the first condition asks for them. */
  get log(): EventLog {
    const events = this.#events;
    this.#log ??= events instanceof EventLog ? events : new EventLog(Array.isArray(events) ? events : []);
    return this.#log;
  }

  /** Notes an instant at which what was read can change; one that is not after now means nothing. */
  changesAt(ms: number): void {
    if (ms < this.until && ms > this.now) this.until = ms;
  }
}
