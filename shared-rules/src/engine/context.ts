import { EventLog } from "../event-log.ts";
import { clampInstant } from "../timestamp.ts";
import type { User } from "../user.ts";
import type { Fields } from "./operators.ts";

const NOTHING: Fields = {};

/** What the closures of a plan read while one user is evaluated at one instant. */
export class Context {
  /** The name of the workspace's time zone. */
  readonly zone: string;
  now = 0;
  /** The earliest instant met so far at which an answer that was read can change; Infinity for never. */
  until = Number.POSITIVE_INFINITY;
  /** Whoever is evaluated; what a caller hands over may be anything. */
  user: User | undefined;
  #log: EventLog | undefined;
  /** Whether the event that is being looked at is the user's first of its name. */
  isFirst = false;
  /** Counts evaluations; what was remembered under another count is not this user's. */
  run = 0;

  constructor(zone: string) {
    this.zone = zone;
  }

  begin(user: User, now: number): void {
    this.user = user;
    this.now = clampInstant(now);
    this.until = Number.POSITIVE_INFINITY;
    this.#log = undefined;
    this.run++;
  }

  get traits(): Fields {
    return this.user?.traits ?? NOTHING;
  }

  get id(): string | undefined {
    return this.user?.id ?? this.user?.anonymousId ?? undefined;
  }

  /** The user's events, sorted once, when the first condition asks for them. */
  get log(): EventLog {
    const events = this.user?.events;
    this.#log ??= events instanceof EventLog ? events : new EventLog(Array.isArray(events) ? events : []);
    return this.#log;
  }

  /** Notes an instant at which what was read can change; one that is not after now means nothing. */
  changesAt(ms: number): void {
    if (ms < this.until && ms > this.now) this.until = ms;
  }
}
